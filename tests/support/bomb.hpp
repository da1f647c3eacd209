#pragma once

#include "cpu_time.hpp"
#include "heap_meter.hpp"
#include "memory_database.hpp"

#include <mkdb/core/bytes.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb::test {

/// A request that is meant to do harm, and what must come of it.
struct bomb {
    std::string name;
    std::string request;
    std::string ends_with; ///< A regular expression for the error; empty: it is answered.
};

/// The budget is that of an optimized program on a processor that is not shared, which MKDB_FULL_TESTS asks for; any
/// other gets several times as much: it still tells what grows without bound from what does not.
[[nodiscard]] inline std::chrono::seconds most_cpu() {
    return std::chrono::seconds(std::getenv("MKDB_FULL_TESTS") != nullptr ? 5 : 30);
}

/// What is kept may take 64 MiB; the record that is being read is beside it.
inline constexpr std::size_t most_memory = 68 * mebibyte;

[[nodiscard]] inline std::string repeated(std::string_view part, std::size_t times, std::string_view between = ",") {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all.append(i == 0 ? std::string_view() : between).append(part);
    }
    return all;
}

/// The parts that `part(0)`, `part(1)` … make.
template <class Part>
[[nodiscard]] std::string listed(std::size_t times, Part&& part) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += (i == 0 ? "" : ",") + part(i);
    }
    return all;
}

/// The page or the error, within the budget. The machinery of a query looks at `cancelled` where it looks at the time;
/// tests have no clock of their own, so the processor's time stands for it. What is to be answered may use up the
/// budget; anything else is cancelled long before, and has the rest of it to end.
template <class Store>
[[nodiscard]] result<query_page> defused(Store const& store, bomb const& each) {
    auto const body = object(each.request);
    heap_meter::begin();
    auto const cancelled_after = each.ends_with.empty() ? most_cpu() : most_cpu() * 2 / 5;
    auto const begun = thread_time();
    auto const answer = [&]() -> result<query_page> {
        MKDB_TRY_ASSIGN(auto const asked, store.parse_query(body));
        return store.query(asked, {.cancelled = [&] { return thread_time() - begun > cancelled_after; }});
    }();
    auto const milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(thread_time() - begun);
    EXPECT_LE(milliseconds.count(), std::chrono::milliseconds(most_cpu()).count()) << each.name;
    EXPECT_LE(heap_meter::growth(), most_memory) << each.name;
    return answer;
}

template <class Store>
void expect_defused(Store const& store, bomb const& each) {
    auto const answer = defused(store, each);
    auto const said = answer ? std::string() : answer.error().message;
    if (each.ends_with.empty()) {
        EXPECT_EQ(said, "") << each.name;
    } else {
        EXPECT_THAT(said, testing::ContainsRegex(each.ends_with)) << each.name;
    }
}

} // namespace mkdb::test
