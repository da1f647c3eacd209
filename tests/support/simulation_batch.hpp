#pragma once

#include "simulation_answers.hpp"

#include <mkdb/engine/record.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::testing {

/// Several changes that were asked for as one, of as many records.
using asked_batch = std::vector<asked_change>;

[[nodiscard]] inline std::vector<batch_operation> operations_of(asked_batch const& batch) {
    std::vector<batch_operation> all;
    for (auto const& each : batch) {
        if (each.erases) {
            all.emplace_back(erase_request{each.id, each.if_revision, {}});
        } else {
            all.emplace_back(write_request{each.id, each.delta, each.if_revision, {}});
        }
    }
    return all;
}

/// Batches of which nobody was told whether they happened, until a start shows it.
class doubtful_batches {
public:
    /// Every record as it is without the batch and with it.
    using versions = std::map<std::string, std::pair<known_state, known_state>>;

    void add(versions batch) { all_.push_back(std::move(batch)); }

    /// What is wrong with what a start found; empty: nothing. No batch is in doubt afterwards.
    [[nodiscard]] std::string judge(known_content const& found) {
        std::string wrong;
        for (auto const& batch : std::exchange(all_, {})) {
            std::uint64_t with = 0;
            std::uint64_t without = 0;
            for (auto const& [id, states] : batch) {
                auto const at = found.find(id);
                auto const now = at == found.end() ? known_state{} : known_state(at->second);
                bool const as_before = same_fields(states.first, now);
                bool const as_after = same_fields(states.second, now);
                without += as_before && !as_after ? 1 : 0;
                with += as_after && !as_before ? 1 : 0;
            }
            if (with > 0 && without > 0) {
                wrong = "of a batch, " + std::to_string(with) + " records are there and " + std::to_string(without) +
                        " are not";
            }
        }
        return wrong;
    }

private:
    [[nodiscard]] static bool same_fields(known_state const& a, known_state const& b) {
        return a.has_value() == b.has_value() && (!a || a->fields == b->fields);
    }

    std::vector<versions> all_;
};

} // namespace mkdb::testing
