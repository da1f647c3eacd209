#pragma once

#include "famine_actor.hpp"
#include "famine_helpers.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Scenarios of a famine that write records.
namespace mkdb::testing::famine_acts {

inline void write_new(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        with.put("new0", famine_json(100));
        with.put("new1", famine_json(101));
    });
}

inline void overwrite(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        with.put("id7", famine_json(207, "brass nut"));
        with.put("id8", famine_json(208, "brass nut"));
    });
}

inline void erase(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        with.erase("id5");
        with.erase("never");
        with.put("id5", famine_json(5, "back"));
    });
}

inline void merge(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        if (with.put("id9", R"({"n":900})", R"({"n":900,"kind":"k0","text":"steel bolt 9"})")) {
            with.put("id9", R"({"kind":"k2"})", R"({"n":900,"kind":"k2","text":"steel bolt 9"})");
        }
    });
}

inline void insert(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        with.insert(famine_json(300));
        with.insert(famine_json(301));
    });
}

/// Over both partitions.
inline void batch(famine_actor& with) {
    with.open();
    std::vector<batch_operation> operations;
    auto const write = [&](std::string id, std::string const& json) {
        with.out.tell('S', id, text_word(json).view());
        with.out.tell('G', id);
        operations.emplace_back(write_request{.id = std::move(id), .delta = famine_object(json)});
    };
    write("id6", famine_json(206, "brass nut"));
    write("new0", famine_json(100));
    write("id7", famine_json(207, "brass nut"));
    with.out.tell('S', "id5", famine_model::gone);
    with.out.tell('G', "id5");
    operations.emplace_back(erase_request{.id = "id5"});
    with.in_famine([&] {
        try {
            auto const done = with.store->batch(std::move(operations));
            for (auto const* const id : {"id6", "new0", "id7", "id5"}) {
                with.out.tell(done ? 'A' : 'D', id);
            }
            with.expect(done, "a batch");
        } catch (std::bad_alloc const&) {
            with.out.tell('X', "a batch", "threw");
        }
    });
}

inline void roll_segments(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        for (int i = 0; i < 6; ++i) {
            with.put("roll", famine_json(i, std::string(1500, 'r')));
        }
    });
}

inline void write_together(famine_actor& with) {
    with.open();
    famine_crowd crowd(4, [&](std::size_t who) {
        std::array<char, 8> id{'c', static_cast<char>('0' + who), '-'};
        for (int i = 0; i < 3; ++i) {
            id[3] = static_cast<char>('0' + i);
            with.put(std::string_view(id.data(), 4), famine_json(i));
        }
    });
    with.in_famine([&] { crowd.run(); });
}

inline void write_without_waiting(famine_actor& with) {
    famine_worker worker;
    with.database_settings.executor = [&worker](std::function<void()> task) { worker.post(std::move(task)); };
    with.open();
    famine_countdown open_answers;
    with.in_famine([&] {
        static constexpr std::array<std::string_view, 4> ids{"a0", "a1", "a2", "a3"};
        for (auto const id : ids) {
            auto const json = famine_json(7);
            write_request request{.id = std::string(id), .delta = famine_object(json)};
            with.out.tell('S', id, text_word(json).view());
            open_answers.add();
            try {
                with.store->async_write(std::move(request), [&with, &open_answers, id](result<write_outcome> done) {
                    with.tell_outcome(id, done);
                    open_answers.drop();
                });
            } catch (std::bad_alloc const&) {
                with.out.tell('D', id);
                open_answers.drop();
            }
        }
        open_answers.wait();
    });
    with.examine();
    with.store.reset();
    with.data.reset(); // Before the worker.
    with.database_settings.executor = {};
}

inline void write_buffered(famine_actor& with) {
    with.open();
    with.in_famine([&] {
        with.put("id3", famine_json(3, "soft"), famine_json(3, "soft"), durability::interval);
        with.put("buffered", famine_json(4, "soft"), famine_json(4, "soft"), durability::interval);
        with.expect(with.store->flush(), "flushing");
    });
}

} // namespace mkdb::testing::famine_acts
