#pragma once

#include <mkdb/engine/record.hpp>
#include <mkdb/query/explanation.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A database with the members that the service layer uses and none of its machinery, so that tests of the layers above
/// decide when a write commits, what a query gives and what fails.
namespace mkdb::testing {

struct fake_query {
    boost::json::object body;
    bool hydrate = false;
};

struct fake_page {
    std::uint64_t total_matches = 0;
    std::vector<std::string> ids;
    std::vector<record> records;
    std::optional<std::vector<double>> scores{};
    std::optional<boost::json::array> highlights{};
    std::optional<boost::json::object> aggregate{};
    std::optional<std::string> next_cursor{};
};

class fake_store {
public:
    void async_write(write_request asked, std::function<void(result<write_outcome>)> done) {
        last_mode = asked.mode;
        last_ttl = asked.ttl;
        commit([this, asked = std::move(asked), done = std::move(done)] { done(write(asked)); });
    }
    void async_erase(erase_request asked, std::function<void(result<write_outcome>)> done) {
        last_mode = asked.mode;
        commit([this, asked = std::move(asked), done = std::move(done)] { done(erase(asked)); });
    }

    [[nodiscard]] result<std::vector<write_outcome>> batch(std::vector<batch_operation> asked) {
        std::vector<write_outcome> all;
        for (auto const& each : asked) {
            auto const* const written = std::get_if<write_request>(&each);
            MKDB_TRY_ASSIGN(auto outcome, written != nullptr ? write(*written) : erase(std::get<erase_request>(each)));
            all.push_back(std::move(outcome));
        }
        return all;
    }

    /// From now on writes wait for `commit_held`.
    void hold_commits() { held_.emplace(); }
    void commit_held() {
        auto waiting = std::move(*held_);
        held_.reset();
        for (auto const& each : waiting) {
            each();
        }
    }

    [[nodiscard]] result<record> read(std::string_view id) const {
        std::lock_guard const lock(mutex_);
        if (auto const found = records_.find(std::string(id)); found != records_.end()) {
            return found->second;
        }
        return fail(errc::not_found, "no such record");
    }

    [[nodiscard]] result<fake_query> parse_query(boost::json::object const& body) const {
        if (auto const* const operators = body.at("filter").get_object().if_contains("bad"); operators != nullptr) {
            return fail(errc::query_syntax, "unknown operator");
        }
        auto const* const hydrate = body.if_contains("hydrate");
        return fake_query{body, hydrate != nullptr && hydrate->get_bool()};
    }

    [[nodiscard]] result<fake_page> query(fake_query const& asked) const {
        if (query_failure) {
            return *query_failure;
        }
        std::lock_guard const lock(mutex_);
        asked_ = asked.body;
        fake_page page{records_.size(), {}, {}, scores, highlights, aggregate, next_cursor};
        for (auto const& [id, stored] : records_) {
            asked.hydrate ? page.records.push_back(stored) : page.ids.push_back(id);
        }
        return page;
    }

    [[nodiscard]] result<mkdb::query::explanation> explain(fake_query const& asked) const {
        MKDB_TRY_ASSIGN(auto const page, query(asked));
        mkdb::query::explanation told;
        told.where = {{"op", "everything"}};
        told.total_matches = page.total_matches;
        return told;
    }

    [[nodiscard]] result<std::string> generate_id() { return "generated" + std::to_string(++generated_); }
    [[nodiscard]] std::uint64_t size() const {
        std::lock_guard const lock(mutex_);
        return records_.size();
    }
    [[nodiscard]] subscription subscribe(change_listener listener) { return {feed_, std::move(listener)}; }

    void put(std::string id, std::string json, std::uint64_t revision = 1) {
        std::lock_guard const lock(mutex_);
        records_[id] = {id, std::move(json), revision};
    }
    /// The last query.
    [[nodiscard]] boost::json::object asked() const {
        std::lock_guard const lock(mutex_);
        return asked_;
    }
    /// Tells subscribers of a change that nobody asked for through this object.
    void announce(std::string id, change::kind what = change::kind::write) {
        auto const first = feed_->reserve(1);
        feed_->complete(first, {{first, std::move(id), what}});
    }

    std::optional<error> query_failure;
    std::optional<std::vector<double>> scores;
    std::optional<boost::json::array> highlights;
    std::optional<boost::json::object> aggregate;
    std::optional<std::string> next_cursor;
    std::optional<error> write_failure;
    std::optional<durability> last_mode;
    std::optional<std::chrono::milliseconds> last_ttl;

private:
    void commit(std::function<void()> work) {
        if (held_) {
            held_->push_back(std::move(work));
        } else {
            work();
        }
    }

    [[nodiscard]] result<write_outcome> write(write_request const& asked) {
        if (write_failure) {
            return *write_failure;
        }
        auto const id = asked.id.empty() ? *generate_id() : asked.id;
        std::uint64_t revision = 0;
        {
            std::lock_guard const lock(mutex_);
            auto const now = records_.contains(id) ? records_[id].revision : 0;
            if (asked.if_revision && *asked.if_revision != now) {
                return fail(errc::revision_conflict, "the record is at revision " + std::to_string(now));
            }
            revision = now + 1;
            records_[id] = {id, boost::json::serialize(asked.delta), revision};
        }
        announce(id);
        return write_outcome{id, revision};
    }

    [[nodiscard]] result<write_outcome> erase(erase_request const& asked) {
        {
            std::lock_guard const lock(mutex_);
            auto const now = records_.contains(asked.id) ? records_[asked.id].revision : 0;
            if (asked.if_revision && *asked.if_revision != now) {
                return fail(errc::revision_conflict, "the record is at revision " + std::to_string(now));
            }
            if (records_.erase(asked.id) == 0) {
                return write_outcome{asked.id, 0};
            }
        }
        announce(asked.id, change::kind::erase);
        return write_outcome{asked.id, 0};
    }

    mutable std::mutex mutex_;
    mutable boost::json::object asked_;
    std::map<std::string, record> records_;
    std::shared_ptr<engine::change_feed> feed_ = std::make_shared<engine::change_feed>();
    std::optional<std::vector<std::function<void()>>> held_;
    int generated_ = 0;
};

class fake_database {
public:
    [[nodiscard]] result<std::shared_ptr<fake_store>> create_store(std::string const& name,
                                                                   store_options const& /*options*/) {
        auto const [at, fresh] = stores_.try_emplace(name, std::make_shared<fake_store>());
        if (!fresh) {
            return fail(errc::store_exists, "Store '" + name + "' already exists");
        }
        return at->second;
    }
    [[nodiscard]] std::shared_ptr<fake_store> find_store(std::string_view name) const {
        auto const found = stores_.find(std::string(name));
        return found == stores_.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::vector<std::string> store_names() const {
        std::vector<std::string> names;
        for (auto const& [name, store] : stores_) {
            names.push_back(name);
        }
        return names;
    }

private:
    std::map<std::string, std::shared_ptr<fake_store>> stores_;
};

} // namespace mkdb::testing
