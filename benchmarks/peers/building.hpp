#pragma once

#include "engine.hpp"
#include "measure.hpp"
#include "task.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::bench::peers {

/// Makes documents by their numbers, block by block, and hands each block on.
template <class Make, class Use>
void in_blocks(std::uint64_t documents, Make&& make, Use&& use) {
    constexpr std::uint64_t block_size = 10000;
    for (std::uint64_t first = 0; first < documents; first += block_size) {
        std::vector<document> block;
        for (auto number = first; number < std::min(first + block_size, documents); ++number) {
            block.push_back(make(number));
        }
        use(std::span<document const>(block));
    }
}

/// Builds an engine's database. The texts are made beside the time that counts.
template <engine E>
[[nodiscard]] boost::json::object build(task const& wanted) {
    std::filesystem::remove_all(wanted.directory);
    std::filesystem::create_directories(wanted.directory);
    corpus const texts(wanted.seed);
    typename E::loader to(wanted.directory, texts);
    double seconds = 0;
    std::uint64_t text_bytes = 0;
    auto const make = [&](std::uint64_t number) {
        auto made = texts.at(number);
        text_bytes += made.body.size();
        return made;
    };
    in_blocks(wanted.documents, make, [&](std::span<document const> block) {
        stopwatch const adding;
        to.add(block);
        seconds += adding.seconds();
    });
    stopwatch const finishing;
    to.finish();
    seconds += finishing.seconds();
    auto rates = to.index_rates(wanted.documents);
    rates["load"] = static_cast<double>(wanted.documents) / seconds;
    to.close();
    return {{"rates", std::move(rates)}, {"text_bytes", text_bytes}, {"disk_bytes", allocated_bytes(wanted.directory)}};
}

} // namespace mkdb::bench::peers
