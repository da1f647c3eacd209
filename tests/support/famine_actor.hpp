#pragma once

#include "famine_child.hpp"
#include "famine_database.hpp"
#include "famine_model.hpp"

#include <mkdb/document/parse.hpp>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::testing {

/// Stands for a text where one is compared; made without memory.
class text_word {
public:
    explicit text_word(std::string_view text) noexcept {
        std::uint64_t hash = 14695981039346656037ULL;
        for (auto const each : text) {
            hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
        }
        size_ = static_cast<std::size_t>(std::snprintf(word_.data(), word_.size(), "%zu-%016llx", text.size(),
                                                       static_cast<unsigned long long>(hash)));
    }

    [[nodiscard]] std::string_view view() const noexcept { return {word_.data(), size_}; }

private:
    std::array<char, 48> word_{};
    std::size_t size_ = 0;
};

[[nodiscard]] inline std::string famine_json(int n, std::string_view text = "steel bolt") {
    return "{\"n\":" + std::to_string(n) + ",\"kind\":\"k" + std::to_string(n % 3) + "\",\"text\":\"" +
           std::string(text) + " " + std::to_string(n) + "\"}";
}

[[nodiscard]] inline boost::json::object famine_object(std::string_view json) {
    return document::parse_object(json).value();
}

[[nodiscard]] inline store_options famine_options() {
    store_options settings{.partitions = 2, .compaction_interval = {}, .scrub_interval = {}, .checkpoint_bytes = 0};
    settings.schema = {{"n", "numeric"}, {"kind", "exact"}, {"text", "full-text"}};
    settings.cache.max_entries = 20;
    return settings;
}

inline storage::rolling_log::options const famine_storage{.segment_threshold = 4096, .large_record = 100000};

/// Uses a database in want of memory, and tells through a pipe what it was answered.
class famine_actor {
public:
    famine_actor(std::filesystem::path place, famine::plan wanted, famine_pipe pipe)
        : directory(std::move(place)), settings(famine_options()), out(pipe), plan_(wanted) {
        database_settings.background_flush = false;
        database_settings.opening_threads = 1;
    }

    /// The part of a scenario in which memory is short.
    template <class Act>
    void in_famine(Act const& act) {
        famine::begin(plan_);
        try {
            act();
        } catch (std::bad_alloc const&) {
            out.tell('B');
        }
        auto const calls = famine::end();
        out.tell('N', {}, std::to_string(calls));
    }

    void open_database() {
        auto opened = famine_database::open(directory / "data", database_settings, famine_database::environment_type());
        expect(opened, "opening the database");
        if (opened) {
            data = std::move(*opened);
        }
    }

    void open() {
        open_database();
        if (data) {
            take(data->open_store("s", settings, famine_storage), "opening the store");
        }
    }

    void take(result<std::shared_ptr<famine_store>> got, char const* what) {
        expect(got, what);
        if (got) {
            store = *got;
        }
    }

    /// `delta` makes the record `becomes`. True when that was acknowledged.
    bool put(std::string_view id, std::string_view delta, std::string_view becomes,
             std::optional<durability> mode = {}) {
        write_request request{.id = std::string(id), .delta = famine_object(delta), .mode = mode};
        out.tell('S', id, text_word(becomes).view());
        return answer(id, [&] { return store->write(std::move(request)); });
    }

    bool put(std::string_view id, std::string_view json) { return put(id, json, json); }

    void erase(std::string_view id) {
        erase_request request{.id = std::string(id)};
        out.tell('S', id, famine_model::gone);
        answer(id, [&] { return store->erase(std::move(request)); });
    }

    void insert(std::string_view json) {
        auto fields = famine_object(json);
        text_word const word(json);
        out.tell('I', {}, word.view());
        auto const done = store->insert(std::move(fields));
        if (done) {
            out.tell('J', done->id, word.view());
        } else {
            out.tell('K', {}, word.view());
            expect(done, "an insert");
        }
    }

    template <class Change>
    bool answer(std::string_view id, Change const& change) {
        try {
            return tell_outcome(id, change());
        } catch (std::bad_alloc const&) {
            out.tell('X', id, "a write threw");
            return false;
        }
    }

    bool tell_outcome(std::string_view id, result<write_outcome> const& done) {
        out.tell(done ? 'A' : 'D', id);
        expect(done, "a write");
        return done.has_value();
    }

    /// Anything but success and the want of memory is wrong.
    template <class T>
    void expect(result<T> const& done, char const* what) {
        if (!done && done.error().code != errc::out_of_memory) {
            out.tell('X', what, done.error().message);
        }
    }

    /// With memory again.
    template <class T>
    void demand(result<T> const& done, char const* what) {
        if (!done) {
            out.tell('X', what, done.error().message);
        }
    }

    /// With enough memory again, everything works, and what can be seen is what was said.
    void examine() {
        if (!store) {
            data.reset();
            open();
        }
        if (!store) {
            out.tell('X', "examination", "nothing to be opened");
            return;
        }
        put("after", famine_json(1000));
        tell_content();
        check_queries();
        demand(store->flush(), "flushing");
        demand(store->scrub(), "scrubbing");
        demand(store->compact(), "compacting");
        demand(store->checkpoint(), "a checkpoint");
        check_queries();
        demand(data->close(), "closing");
    }

    void tell_content() {
        auto const damaged = store->for_each([&](record const& each) {
            out.tell('C', each.id, text_word(each.json).view());
            return true;
        });
        demand(damaged, "reading all");
        if (damaged && *damaged != 0) {
            out.tell('X', "reading all", "damage");
        }
    }

    /// What indexes say is what a look at every record says.
    void check_queries() {
        compare(R"({"filter":{"n":{"lt":20}},"limit":0})",
                [](auto const& fields) { return fields.at("n").as_int64() < 20; });
        compare(R"({"filter":{"kind":"k1"},"limit":0})", [](auto const& fields) { return fields.at("kind") == "k1"; });
        compare(R"({"filter":{"text":{"contains":"bolt"}},"limit":0})",
                [](auto const& fields) { return fields.at("text").as_string().find("bolt") != std::string::npos; });
    }

    std::filesystem::path directory;
    database_options database_settings;
    store_options settings;
    famine_pipe out;
    std::unique_ptr<famine_database> data;
    std::shared_ptr<famine_store> store;

private:
    template <class Matches>
    void compare(std::string_view query, Matches const& matches) {
        std::uint64_t scanned = 0;
        static_cast<void>(store->for_each([&](record const& each) {
            scanned += matches(famine_object(each.json)) ? 1 : 0;
            return true;
        }));
        auto const page = store->query(store->parse_query(famine_object(query)).value());
        demand(page, "a query");
        if (page && page->total_matches != scanned) {
            out.tell('X', "a query", query);
        }
    }

    famine::plan plan_;
};

} // namespace mkdb::testing
