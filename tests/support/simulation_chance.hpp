#pragma once

#include "crash_model.hpp"
#include "simulation_model.hpp"

#include <mkdb/engine/options.hpp>
#include <mkdb/storage/rolling_log.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>

namespace mkdb::testing {

/// Everything that a simulation leaves to chance, from one seed.
class simulation_chance {
public:
    explicit simulation_chance(std::uint64_t seed) : engine_(seed) {}

    [[nodiscard]] std::mt19937_64& engine() noexcept { return engine_; }
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    [[nodiscard]] bool one_in(std::uint64_t count) { return below(count) == 0; }

    template <class T>
    [[nodiscard]] T pick(std::initializer_list<T> choices) {
        return *(choices.begin() + below(choices.size()));
    }

    [[nodiscard]] std::string id() { return "id" + std::to_string(below(30)); }

    [[nodiscard]] durability mode() {
        return pick({durability::sync, durability::interval, durability::buffered, durability::buffered});
    }

    [[nodiscard]] boost::json::object fields() {
        boost::json::object all;
        if (!one_in(4)) {
            all["n"] = below(20);
        }
        if (!one_in(3)) {
            all["k"] = word();
        }
        if (one_in(2)) {
            all["t"] = word() + " " + word() + " " + word();
        }
        if (one_in(3)) {
            all["pad"] = std::string(below(150), 'x');
        }
        if (one_in(6)) {
            all[pick({"n", "k", "t"})] = nullptr;
        }
        return all;
    }

    [[nodiscard]] boost::json::object query() {
        boost::json::object body{{"filter", filter()}, {"hydrate", one_in(2)}, {"limit", one_in(2) ? 0 : 1 + below(9)}};
        if (one_in(3)) {
            body["offset"] = below(5);
        }
        if (one_in(2)) {
            body["sort"] = pick<std::string>({"n", "-n", "k", "-k", "missing"});
        }
        return body;
    }

    /// Small segments of small blocks: some with much parity, some with little, some with none.
    [[nodiscard]] storage::rolling_log::options log_settings() {
        return {.segment_threshold = 1024U << below(3),
                .large_record = pick<std::uint64_t>({0, 300, 5000}),
                .parity_blocks = pick<std::uint32_t>({0, 1, 2, 10}),
                .parity_block_bytes = pick<std::uint32_t>({64, 256, 4096})};
    }

    /// Settings of a store that may change while it is open.
    void vary(store_options& settings) {
        settings.schema.clear();
        for (auto const* field : {"n", "k", "t"}) {
            settings.schema[field] = pick<std::string>({"", "exact", "numeric", "full-text"});
        }
        settings.max_pending = 1 + below(40);
        settings.compaction_dead_ratio = static_cast<double>(below(20)) / 20;
        settings.compaction_interval = std::chrono::milliseconds(one_in(5) ? 0 : 500 + below(20000));
        settings.scrub_interval = std::chrono::milliseconds(one_in(3) ? 0 : 1000 + below(60000));
        settings.scrub_bytes_per_second = one_in(2) ? 0 : 1000 + below(20000);
        settings.seal_interval = std::chrono::milliseconds(one_in(3) ? 0 : 500 + below(30000));
        settings.checkpoint_bytes = pick<std::uint64_t>({0, 500, 3000, 100000});
        settings.cache.max_entries = below(12);
    }

    [[nodiscard]] kept_bytes bytes() {
        return pick({kept_bytes::none, kept_bytes::all, kept_bytes::prefix, kept_bytes::subset, kept_bytes::zeros});
    }
    [[nodiscard]] kept_names names() { return pick({kept_names::none, kept_names::all, kept_names::subset}); }

private:
    [[nodiscard]] std::string word() { return pick<std::string>({"red", "green", "blue", "steel", "bolt", "nut"}); }

    [[nodiscard]] boost::json::object filter() {
        switch (below(8)) {
        case 0: return {};
        case 1: return {{"n", below(20)}};
        case 2: return {{"n", boost::json::object{{"gte", below(20)}, {"lt", below(25)}}}};
        case 3: return {{"k", word()}};
        case 4: return {{"k", boost::json::object{{"in", boost::json::array{word(), word()}}}}};
        case 5: return {{"t", boost::json::object{{"contains", word()}}}};
        case 6: return {{pick({"n", "k", "t"}), boost::json::object{{"exists", one_in(2)}}}};
        default:
            return {{"$or", boost::json::array{boost::json::object{{"k", word()}},
                                               boost::json::object{{"t", boost::json::object{{"contains", word()}}}}}}};
        }
    }

    std::mt19937_64 engine_;
};

} // namespace mkdb::testing
