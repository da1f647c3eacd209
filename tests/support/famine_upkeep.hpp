#pragma once

#include "famine_actor.hpp"
#include "famine_helpers.hpp"

#include <mkdb/store/restore.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// Scenarios of a famine that open, read, ask, and keep in shape.
namespace mkdb::testing::famine_acts {

inline void open_empty(famine_actor& with) {
    std::filesystem::rename(with.directory / "data", with.directory / "aside");
    with.in_famine([&] { with.open_database(); });
    with.data.reset();
    std::filesystem::remove_all(with.directory / "data");
    std::filesystem::rename(with.directory / "aside", with.directory / "data");
}

inline void open_existing(famine_actor& with) {
    with.in_famine([&] { with.open(); });
}

inline void create(famine_actor& with) {
    with.open();
    std::shared_ptr<famine_store> made;
    with.in_famine([&] {
        auto const got = with.data->create_store("made", famine_options(), famine_storage);
        with.expect(got, "making a store");
    });
    auto const again = with.data->open_store("made", famine_options(), famine_storage);
    auto const there = again ? again : with.data->create_store("made", famine_options(), famine_storage);
    with.demand(there, "making a store again");
    if (there) {
        with.demand((*there)->write({.id = "x", .delta = famine_object(famine_json(1))}), "a write to it");
    }
}

inline void read_cached(famine_actor& with) {
    with.open();
    with.demand(with.store->read("id3"), "the first read");
    with.in_famine([&] { with.expect(with.store->read("id3"), "a read"); });
}

inline void read_uncached(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        for (int i = 0; i < 25; ++i) {
            with.expect(with.store->read("id" + std::to_string(i * 2 + 1)), "a read");
        }
    });
}

inline void ask(famine_actor& with, std::string_view query) {
    with.open();
    with.in_famine([&] {
        auto const request = with.store->parse_query(famine_object(query));
        with.expect(request, "reading a query");
        if (request) {
            with.expect(with.store->query(*request), "a query");
        }
    });
}

inline void query_index(famine_actor& with) {
    ask(with, R"({"filter":{"n":{"lt":20},"kind":"k1"}})");
}
inline void query_text(famine_actor& with) {
    ask(with, R"({"filter":{"text":{"contains":"steel bolt"}}})");
}
inline void query_sorted(famine_actor& with) {
    ask(with, R"({"filter":{"n":{"gte":5}},"sort":["-n","kind"],"limit":10,"offset":2,"hydrate":true})");
}

inline void change_schema(famine_actor& with) {
    with.open();
    auto wanted = famine_options();
    wanted.schema = {{"n", "numeric"}, {"kind", "full-text"}, {"text", "full-text"}, {"more", "exact"}};
    wanted.cache.max_entries = 10;
    with.in_famine([&] { with.expect(with.store->reconfigure(wanted), "another schema"); });
    with.check_queries();
    with.demand(with.store->reconfigure(wanted), "another schema, again");
}

inline void compact(famine_actor& with) {
    with.open();
    with.in_famine([&] { with.expect(with.store->compact(), "compacting"); });
}

inline void scrub(famine_actor& with) {
    with.open();
    with.in_famine([&] { with.expect(with.store->scrub(), "scrubbing"); });
}

inline void read_damaged(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        for (int i = 1; i < 50; i += 2) { // Those with even numbers are deleted.
            with.expect(with.store->read("id" + std::to_string(i)), "a read");
        }
    });
}

inline void checkpoint(famine_actor& with) {
    with.open();
    with.put("late", famine_json(77));
    with.in_famine([&] { with.expect(with.store->checkpoint(), "a checkpoint"); });
}

inline void backup(famine_actor& with) {
    with.open();
    with.in_famine([&] { with.expect(with.data->backup(with.directory / "backup"), "a backup"); });
    with.demand(with.data->backup(with.directory / "second"), "a backup, again");
}

inline void make_backup(std::filesystem::path const& directory) {
    auto data =
        famine_database::open(directory / "data", {.background_flush = false}, famine_database::environment_type())
            .value();
    auto const store = data->open_store("s", famine_options(), famine_storage).value();
    static_cast<void>(data->backup(directory / "backup").value());
}

inline void restore(famine_actor& with) {
    file::basic_posix<calls_without_sync> files;
    auto const once = [&] { return restore_backup(files, with.directory / "backup", with.directory / "restored"); };
    bool restored = false;
    with.in_famine([&] {
        auto const done = once();
        with.expect(done, "restoring");
        restored = done.has_value();
    });
    if (!restored && !std::filesystem::exists(with.directory / "restored" / "stores")) {
        std::filesystem::remove_all(with.directory / "restored");
        std::filesystem::remove_all(with.directory / "restored.unfinished");
        with.demand(once(), "restoring again");
    }
    std::filesystem::remove_all(with.directory / "data");
    std::filesystem::rename(with.directory / "restored", with.directory / "data");
}

inline void close(famine_actor& with) {
    with.open();
    with.put("late", famine_json(78));
    with.in_famine([&] {
        with.expect(with.data->close(), "closing");
        with.store.reset();
        with.data.reset();
    });
    with.store.reset();
}

inline void destroy(famine_actor& with) {
    with.open();
    with.put("late", famine_json(79));
    with.in_famine([&] {
        with.store.reset();
        with.data.reset();
    });
}

inline void large_record(famine_actor& with) {
    with.open();
    auto const large = famine_json(9, std::string(200000, 'L'));
    with.in_famine([&] {
        if (with.put("large", large)) {
            with.expect(with.store->read("large"), "reading it");
        }
    });
}

inline void subscribe(famine_actor& with) {
    with.open();
    std::uint64_t last = 0;
    subscription watching;
    with.in_famine([&] {
        watching = with.store->subscribe([&](std::span<change const> changes) {
            for (auto const& each : changes) {
                if (each.sequence <= last) {
                    with.out.tell('X', each.id, "heard out of order");
                }
                last = each.sequence;
            }
        });
        with.put("heard0", famine_json(1));
        with.put("heard1", famine_json(2));
        with.erase("id2");
    });
    with.put("heard2", famine_json(3));
    watching = {};
}

inline void upkeep(famine_actor& with) {
    auto const timer = std::make_shared<famine_timer>();
    with.database_settings.upkeep = timer;
    with.settings.compaction_interval = std::chrono::seconds(1);
    with.settings.scrub_interval = std::chrono::seconds(1);
    with.settings.checkpoint_bytes = 1000;
    with.open();
    with.put("id1", famine_json(1, "once more"), famine_json(1, "once more"), durability::interval);
    with.in_famine([&] {
        for (int i = 0; i < 30; ++i) {
            timer->run_all();
        }
    });
    auto const before = with.store->statistics();
    for (int i = 0; i < 40; ++i) {
        with.put("waste", famine_json(i, std::string(300, 'w')));
    }
    auto now = before;
    for (int i = 0;
         i < 1000 && (now.scrub.passes == before.scrub.passes || now.compaction.runs == before.compaction.runs); ++i) {
        timer->run_all();
        now = with.store->statistics();
    }
    with.demand(now.scrub.passes > before.scrub.passes ? result<>() : fail(errc::cancelled, "no pass"), "scrubbing");
    with.demand(now.compaction.runs > before.compaction.runs ? result<>() : fail(errc::cancelled, "no run"),
                "compacting");
    // Nobody runs the timer from here on.
    with.demand(with.data->close(), "closing");
    with.store.reset();
    with.data.reset();
    with.database_settings.upkeep.reset();
    with.settings = famine_options();
}

} // namespace mkdb::testing::famine_acts
