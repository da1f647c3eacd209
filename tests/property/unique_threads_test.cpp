// Unique fields while several threads write to all partitions.
#include "support/memory_database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <latch>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using mkdb::durability;
using mkdb::errc;
using mkdb::test::memory_database;

/// MKDB_PROPERTY_SEED: to see the same operations again, if not in the same order.
[[nodiscard]] std::uint64_t seed_of_run() {
    auto const* const wanted = std::getenv("MKDB_PROPERTY_SEED");
    return wanted == nullptr ? std::random_device{}() : std::strtoull(wanted, nullptr, 10);
}

constexpr int values = 7;
constexpr int ids_per_thread = 5;
constexpr std::array fields{"mail", "phone"};
constexpr int nothing = -1;

/// What one thread asked and was told, between two moments.
struct told {
    std::uint64_t began = 0;
    std::uint64_t ended = 0;
    std::string id;
    std::array<int, 2> wanted{nothing, nothing}; ///< The values that the record was to get.
    std::array<int, 2> freed{nothing, nothing};  ///< Those that it lost, when it was done.
    bool done = false;
    std::string message;
};

/// Writes to records that no other thread writes to, and knows what they hold.
class writer {
public:
    /// Who surely holds each value of each field: from after it was told so until before it asks for another.
    using holder_table = std::array<std::array<std::atomic<int>, values>, 2>;

    writer(memory_database::store& store, holder_table& holders, std::atomic<std::uint64_t>& moment, int number,
           std::uint64_t seed)
        : store_(&store), holders_(&holders), moment_(&moment), number_(number), chance_(seed) {}

    void work(int operations) {
        for (int i = 0; i < operations && !testing::Test::HasFailure(); ++i) {
            auto const which = static_cast<std::size_t>(below(ids_per_thread));
            below(5) == 0 ? erase(which) : write(which);
        }
    }

    /// What the records hold in the end.
    [[nodiscard]] std::map<std::string, std::array<int, 2>> held() const {
        std::map<std::string, std::array<int, 2>> all;
        for (std::size_t which = 0; which < ids_per_thread; ++which) {
            if (records_[which]) {
                all.emplace(id_of(which), *records_[which]);
            }
        }
        return all;
    }

    std::vector<told> story;

private:
    using held_values = std::array<int, 2>;

    [[nodiscard]] int below(int bound) { return static_cast<int>(chance_() % static_cast<std::uint64_t>(bound)); }
    [[nodiscard]] std::string id_of(std::size_t which) const {
        return "t" + std::to_string(number_) + "-" + std::to_string(which);
    }
    [[nodiscard]] int mark_of(std::size_t which) const { return number_ * 100 + static_cast<int>(which) + 1; }

    [[nodiscard]] durability mode() {
        return std::array{durability::sync, durability::interval, durability::buffered}[chance_() % 3];
    }

    void write(std::size_t which) {
        auto const before = records_[which].value_or(held_values{nothing, nothing});
        auto after = before;
        boost::json::object delta;
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (below(3) != 0) {
                after[field] = below(values + 1) - 1;
                delta[fields[field]] =
                    after[field] == nothing ? boost::json::value() : boost::json::value(after[field]);
            }
        }
        perform(which, before, after, [&] {
            auto const done = store_->write({.id = id_of(which), .delta = delta, .mode = mode()});
            return done ? std::pair(true, std::string()) : std::pair(false, done.error().message);
        });
    }

    void erase(std::size_t which) {
        auto const before = records_[which].value_or(held_values{nothing, nothing});
        perform(which, before, {nothing, nothing}, [&] {
            return std::pair(store_->erase({.id = id_of(which), .mode = mode()}).has_value(), std::string());
        });
        records_[which].reset();
    }

    template <class Ask>
    void perform(std::size_t which, held_values const& before, held_values const& after, Ask const& ask) {
        told each{.began = 0, .ended = 0, .id = id_of(which), .message = {}};
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (after[field] != before[field]) {
                each.wanted[field] = after[field];
                each.freed[field] = before[field];
                mark(field, before[field], mark_of(which), 0);
            }
        }
        each.began = ++*moment_;
        std::tie(each.done, each.message) = ask();
        each.ended = ++*moment_;
        for (std::size_t field = 0; field < fields.size(); ++field) {
            if (after[field] != before[field]) {
                mark(field, each.done ? after[field] : before[field], 0, mark_of(which));
            }
        }
        if (each.done) {
            records_[which] = after;
        } else {
            each.freed = {nothing, nothing};
        }
        story.push_back(std::move(each));
    }

    /// Two that hold a value at the same time meet here.
    void mark(std::size_t field, int value, int from, int to) {
        if (value != nothing) {
            auto const found = (*holders_)[field][static_cast<std::size_t>(value)].exchange(to);
            EXPECT_EQ(found, from) << fields[field] << " " << value;
        }
    }

    memory_database::store* store_;
    holder_table* holders_;
    std::atomic<std::uint64_t>* moment_;
    int number_;
    std::mt19937_64 chance_;
    std::array<std::optional<held_values>, ids_per_thread> records_;
};

/// Whether what a refusal says of another record can have been so at some moment between its question and its answer.
[[nodiscard]] bool may_have_been(told const& refusal, std::vector<told> const& story, std::string const& holder,
                                 std::size_t field, int value) {
    bool possible = false;
    for (auto const& each : story) {
        if (each.id != holder || each.began > refusal.ended) {
            continue;
        }
        if (each.wanted[field] == value && (each.done || each.ended > refusal.began)) {
            possible = true;
        }
        if (each.freed[field] == value && each.ended < refusal.began) {
            possible = false;
        }
    }
    return possible;
}

/// Checks every refusal of a run. Returns how many there were.
int check_refusals(std::vector<writer> const& writers) {
    std::map<char, std::vector<told> const*> stories;
    for (auto const& each : writers) {
        stories.emplace(each.story.empty() ? 'x' : each.story.front().id[1], &each.story);
    }
    int refusals = 0;
    for (auto const& [thread, story] : stories) {
        for (auto const& each : *story) {
            if (each.done) {
                continue;
            }
            ++refusals;
            std::size_t const field = each.message.find("'mail'") != std::string::npos ? 0 : 1;
            auto const quoted = each.message.rfind('\'', each.message.size() - 2);
            auto const holder = each.message.substr(quoted + 1, each.message.size() - quoted - 2);
            EXPECT_EQ(each.message, "Record '" + each.id + "': field '" + fields[field] + "': " +
                                        std::to_string(each.wanted[field]) + " is taken by record '" + holder + "'");
            EXPECT_NE(holder, each.id);
            EXPECT_TRUE(stories.contains(holder[1]) &&
                        may_have_been(each, *stories.at(holder[1]), holder, field, each.wanted[field]))
                << each.message << " from " << each.began << " to " << each.ended;
        }
    }
    return refusals;
}

[[nodiscard]] mkdb::store_options with_unique(bool unique) {
    mkdb::store_options options{.partitions = 3, .max_pending = 8};
    for (auto const* field : fields) {
        options.schema[field] = "exact";
        if (unique) {
            options.unique.insert(field);
        }
    }
    return options;
}

[[nodiscard]] std::map<std::string, std::array<int, 2>> held_in(memory_database::store const& store) {
    std::map<std::string, std::array<int, 2>> found;
    EXPECT_TRUE(store.for_each([&](mkdb::record const& each) {
        auto const record = mkdb::test::object(each.json);
        auto& held = found[each.id];
        for (std::size_t field = 0; field < fields.size(); ++field) {
            auto const* value = record.if_contains(fields[field]);
            held[field] = value == nullptr ? nothing : static_cast<int>(value->as_int64());
        }
        return true;
    }));
    return found;
}

[[nodiscard]] bool no_value_is_shared(memory_database::store const& store) {
    std::array<std::map<int, int>, 2> counted;
    bool alone = true;
    for (auto const& [id, held] : held_in(store)) {
        for (std::size_t field = 0; field < fields.size(); ++field) {
            alone = alone && (held[field] == nothing || ++counted[field][held[field]] == 1);
        }
    }
    return alone;
}

TEST(UniqueThreads, NoTwoRecordsEverHoldAValueAndEveryRefusalHasItsReason) {
    auto const seed = seed_of_run();
    std::cout << "MKDB_PROPERTY_SEED=" << seed << '\n';
    constexpr int threads = 4;
    memory_database data;
    auto store = data.create("s", with_unique(true));
    writer::holder_table holders{};
    std::atomic<std::uint64_t> moment{0};
    std::vector<writer> writers;
    for (int number = 0; number < threads; ++number) {
        writers.emplace_back(*store, holders, moment, number, seed + static_cast<std::uint64_t>(number));
    }
    {
        std::atomic<int> working{threads};
        std::vector<std::jthread> running;
        for (auto& each : writers) {
            running.emplace_back([&] {
                each.work(1500);
                --working;
            });
        }
        while (working > 0) {
            EXPECT_TRUE(store->rebuild_indexes());
            EXPECT_TRUE(store->checkpoint());
        }
    }
    std::map<std::string, std::array<int, 2>> expected;
    for (auto const& each : writers) {
        expected.merge(each.held());
    }
    EXPECT_EQ(held_in(*store), expected);
    EXPECT_TRUE(no_value_is_shared(*store));
    EXPECT_GT(check_refusals(writers), 500);
    store.reset();
    data.open();
    store = data->open_store("s", with_unique(true)).value();
    EXPECT_EQ(held_in(*store), expected);
}

/// Whoever makes fields unique meets what is written meanwhile, by several threads.
TEST(UniqueThreads, AFieldThatBecameUniqueIsSo) {
    auto const seed = seed_of_run();
    std::cout << "MKDB_PROPERTY_SEED=" << seed << '\n';
    memory_database data;
    auto const store = data.create("s", with_unique(false));
    int refused = 0;
    for (int round = 0; (round < 12 || refused == 0) && !HasFailure(); ++round) {
        ASSERT_TRUE(store->reconfigure(with_unique(false)));
        std::atomic<bool> over{false};
        std::latch all_write(3);
        std::vector<std::jthread> running;
        for (std::uint64_t thread = 0; thread < 3; ++thread) {
            running.emplace_back([&, thread] {
                std::mt19937_64 chance(seed + thread + static_cast<std::uint64_t>(round) * 3);
                for (int i = 0; !over; ++i) {
                    if (i == 30) {
                        all_write.count_down();
                    }
                    auto const id = "r" + std::to_string(chance() % 9);
                    auto const value = static_cast<std::int64_t>(chance() % 90);
                    auto const written = store->write({.id = id, .delta = {{fields[chance() % 2], value}}});
                    EXPECT_TRUE(written || written.error().code == errc::value_taken);
                }
            });
        }
        all_write.wait();
        auto done = store->reconfigure(with_unique(true));
        for (; !done && !HasFailure(); done = store->reconfigure(with_unique(true))) {
            ++refused;
            EXPECT_EQ(done.error().code, errc::value_taken) << done.error().message;
        }
        over = true;
        running.clear();
        EXPECT_TRUE(no_value_is_shared(*store)) << "round " << round;
    }
}

} // namespace
