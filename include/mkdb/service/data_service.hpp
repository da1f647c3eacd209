#pragma once

#include <mkdb/clock/system.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/service/action_handler.hpp>
#include <mkdb/service/answer_json.hpp>
#include <mkdb/service/arguments.hpp>
#include <mkdb/service/batch_arguments.hpp>
#include <mkdb/service/error_text.hpp>
#include <mkdb/service/explanation_json.hpp>
#include <mkdb/service/metrics_sink.hpp>
#include <mkdb/service/page_extras.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace mkdb::service {

using task = std::function<void()>;

template <class Clock>
struct data_service_options {
    /// Runs queries and batches, so that a slow one delays nobody; empty: the calling thread does.
    std::function<void(task)> query_executor;
    std::size_t response_limit = limits::frame_bytes;
    Clock clock = {};
};

/// The documented actions on a database: checks arguments and rights, and phrases answers and errors as the protocol
/// does.
///
/// Reads are answered on the calling thread, writes when they are committed, queries and batches by the executor. The
/// database, the rights and the sink must outlive every answer.
template <class Database, class Clock = clock::system>
class data_service final : public action_handler {
public:
    using options_type = data_service_options<Clock>;

    data_service(Database& database, access_control const& access, metrics_sink& metrics, options_type options = {})
        : database_(database), access_(access), metrics_(metrics), options_(std::move(options)) {}

    void handle(request asked, caller const& who, answer_handler done) override {
        switch (asked.what) {
        case action::ping: return done({std::string(R"("pong")"), {}});
        case action::list_stores: return done({list_stores(who), {}});
        case action::read: return done(read(asked.fields, who));
        case action::write: return write(asked.fields, who, std::move(done));
        case action::erase: return erase(asked.fields, who, std::move(done));
        case action::batch: return batch(asked.fields, who, std::move(done));
        case action::query: return query(asked.fields, who, std::move(done));
        case action::explain: return explain(asked.fields, who, std::move(done));
        case action::generate_id: return done({generate_id(asked.fields, who), {}});
        }
    }

    [[nodiscard]] result<subscription_handle> subscribe(std::string const& store, caller const& who,
                                                        std::function<void()> const& accepted,
                                                        update_handler on_updates) override {
        MKDB_TRY_ASSIGN(auto const opened, readable(store, who));
        accepted();
        auto subscribed = opened->subscribe([on_updates = std::move(on_updates)](std::span<change const> changes) {
            std::vector<update> updates;
            updates.reserve(changes.size());
            for (auto const& each : changes) {
                updates.push_back({each.sequence, each.id, each.what == change::kind::erase});
            }
            on_updates(updates);
        });
        return std::static_pointer_cast<void>(std::make_shared<decltype(subscribed)>(std::move(subscribed)));
    }

private:
    using store_pointer = decltype(std::declval<Database&>().find_store(std::string()));

    [[nodiscard]] result<> check_read(std::string_view store, caller const& who) const {
        if (!who.can_read) {
            return fail(errc::permission_denied, std::string(read_not_negotiated));
        }
        return access_.may_read(who, store);
    }

    [[nodiscard]] result<> check_write(std::string_view store, caller const& who) const {
        if (!who.can_write) {
            return fail(errc::permission_denied, std::string(write_not_negotiated));
        }
        return access_.may_write(who, store);
    }

    // Rights come before existence, so that a refusal does not tell which stores there are.
    [[nodiscard]] result<store_pointer> readable(std::string const& store, caller const& who) {
        MKDB_TRY(check_read(store, who));
        return existing(store);
    }

    [[nodiscard]] result<store_pointer> existing(std::string const& store) {
        auto found = database_.find_store(store);
        if (!found) {
            return store_not_found(store);
        }
        return found;
    }

    // The clients' credential helper expects its store to be there.
    [[nodiscard]] result<store_pointer> existing_or_auth(std::string const& store) {
        auto found = existing(store);
        if (found || store != auth_store) {
            return found;
        }
        auto created = database_.create_store(store, {});
        // Another connection may have been first.
        return created || created.error().code != errc::store_exists ? created : existing(store);
    }

    [[nodiscard]] result<std::string> list_stores(caller const& who) {
        if (!who.can_read) {
            return fail(errc::permission_denied, std::string(read_not_negotiated));
        }
        // Anonymous callers are asked for credentials here as in the handshake: when anything is protected.
        if (!who.authenticated && access_.read_protected()) {
            return fail(errc::unauthenticated, "Read access denied");
        }
        std::string out = "[";
        for (auto const& name : database_.store_names()) {
            auto const store = database_.find_store(name);
            if (!store || !access_.may_read(who, name)) {
                continue;
            }
            out += out.size() > 1 ? R"(,{"name":)" : R"({"name":)";
            document::append_json_string(out, name);
            out += R"(,"record_count":)" + std::to_string(store->size()) + '}';
        }
        out += ']';
        return out;
    }

    [[nodiscard]] answer read(boost::json::object const& fields, caller const& who) {
        std::optional<std::uint64_t> revision;
        auto json = [&]() -> result<std::string> {
            MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
            MKDB_TRY_ASSIGN(auto const store, readable(name, who));
            MKDB_TRY_ASSIGN(auto const id, record_id_argument(fields));
            MKDB_TRY_ASSIGN(auto const with_revision, flag_argument(fields, "with_revision"));
            auto const stored = store->read(id);
            if (!stored) {
                return in_protocol_words(stored.error(), id, name);
            }
            revision = stored->revision;
            return record_json(*stored, with_revision);
        }();
        return {std::move(json), revision};
    }

    void write(boost::json::object& fields, caller const& who, answer_handler done) {
        auto const accepted = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
            MKDB_TRY(check_write(name, who));
            MKDB_TRY_ASSIGN(auto wanted, write_arguments(fields));
            MKDB_TRY_ASSIGN(auto const store, existing_or_auth(name));
            auto committed = on_committed(wanted.id, name, done);
            store->async_write(std::move(wanted), std::move(committed));
            return {};
        }();
        if (!accepted) {
            done({accepted.error(), {}});
        }
    }

    void erase(boost::json::object const& fields, caller const& who, answer_handler done) {
        auto const accepted = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
            MKDB_TRY(check_write(name, who));
            MKDB_TRY_ASSIGN(auto wanted, erase_arguments(fields));
            MKDB_TRY_ASSIGN(auto const store, existing(name));
            auto committed = on_committed(wanted.id, name, done);
            store->async_erase(std::move(wanted), std::move(committed));
            return {};
        }();
        if (!accepted) {
            done({accepted.error(), {}});
        }
    }

    [[nodiscard]] static auto on_committed(std::string id, std::string store, answer_handler done) {
        return [id = std::move(id), store = std::move(store), done = std::move(done)](result<write_outcome> outcome) {
            if (!outcome) {
                return done({in_protocol_words(std::move(outcome).error(), id, store), {}});
            }
            // An erased record has no revision to tell.
            auto const revision = outcome->revision == 0 ? std::nullopt : std::optional(outcome->revision);
            done({record_id_json(outcome->id), revision});
        };
    }

    void batch(boost::json::object& fields, caller const& who, answer_handler done) {
        auto const accepted = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
            MKDB_TRY(check_write(name, who));
            MKDB_TRY_ASSIGN(auto wanted, batch_arguments(fields));
            MKDB_TRY_ASSIGN(auto const store, existing_or_auth(name));
            execute([store, name, wanted = std::move(wanted), done]() mutable {
                auto const committed = store->batch(std::move(wanted));
                done({committed ? result<std::string>(batch_json(*committed))
                                : in_protocol_words(committed.error(), {}, name),
                      {}});
            });
            return {};
        }();
        if (!accepted) {
            done({accepted.error(), {}});
        }
    }

    void query(boost::json::object& fields, caller const& who, answer_handler done) {
        auto const with_revision = flag_argument(fields, "with_revision");
        if (!with_revision) {
            return done({with_revision.error(), {}});
        }
        run_query(fields, who, std::move(done),
                  [this, with_revision = *with_revision](auto const& store, auto const& asked,
                                                         auto const& elapsed) -> result<std::string> {
                      MKDB_TRY_ASSIGN(auto page, store.query(asked));
                      return page_json(std::move(page), asked.hydrate, with_revision, elapsed());
                  });
    }

    void explain(boost::json::object& fields, caller const& who, answer_handler done) {
        run_query(fields, who, std::move(done),
                  [](auto const& store, auto const& asked, auto const&) -> result<std::string> {
                      MKDB_TRY_ASSIGN(auto const told, store.explain(asked));
                      return document::to_json(explanation_json(told));
                  });
    }

    /// `run(store, request, elapsed)` gives the answer of a query, on a thread of the executor.
    template <class Run>
    void run_query(boost::json::object& fields, caller const& who, answer_handler done, Run run) {
        auto const accepted = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
            MKDB_TRY_ASSIGN(auto const store, readable(name, who));
            MKDB_TRY_ASSIGN(auto wanted, query_arguments(fields));
            auto parsed = store->parse_query(wanted);
            if (!parsed) {
                return in_protocol_words(std::move(parsed).error(), {}, name);
            }
            execute([this, store, name, client = who.address, run = std::move(run), wanted = std::move(wanted),
                     parsed = *std::move(parsed), done] {
                auto const started = options_.clock.monotonic();
                auto const elapsed = [&] { return options_.clock.monotonic() - started; };
                auto json = run(*store, parsed, elapsed);
                if (!json) {
                    json = in_protocol_words(std::move(json).error(), {}, name);
                }
                auto const failure = json ? error() : json.error();
                metrics_.on_query({name, client, wanted, elapsed(), json ? nullptr : &failure});
                done({std::move(json), {}});
            });
            return {};
        }();
        if (!accepted) {
            done({accepted.error(), {}});
        }
    }

    void execute(task work) {
        if (options_.query_executor) {
            options_.query_executor(std::move(work));
        } else {
            work();
        }
    }

    template <class Page>
    [[nodiscard]] result<std::string> page_json(Page page, bool hydrate, bool with_revision,
                                                std::chrono::nanoseconds duration) const {
        if (auto const bytes = records_size(page.records); bytes > options_.response_limit) {
            return response_too_large(bytes, options_.response_limit);
        }
        std::string out = R"({"count":)" + std::to_string(hydrate ? page.records.size() : page.ids.size());
        out += R"(,"total_matches":)" + std::to_string(page.total_matches);
        hydrate ? append_records(out, page.records, with_revision) : append_ids(out, page.ids);
        for (auto const& [name, value] : page_extras(std::move(page))) {
            out += ',';
            document::append_json_string(out, name);
            out += ':';
            out += document::to_json(value);
        }
        append_duration_ms(out, duration);
        out += '}';
        if (out.size() > options_.response_limit) {
            return response_too_large(out.size(), options_.response_limit);
        }
        return out;
    }

    [[nodiscard]] result<std::string> generate_id(boost::json::object const& fields, caller const& who) {
        MKDB_TRY_ASSIGN(auto const name, store_argument(fields));
        // Whoever may write needs ids, though they may not read.
        if (auto const writes = check_write(name, who); !writes) {
            MKDB_TRY(check_read(name, who));
        }
        MKDB_TRY_ASSIGN(auto const store, existing(name));
        MKDB_TRY_ASSIGN(auto const id, store->generate_id());
        return record_id_json(id);
    }

    Database& database_;
    access_control const& access_;
    metrics_sink& metrics_;
    options_type options_;
};

} // namespace mkdb::service
