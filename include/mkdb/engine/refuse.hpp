#pragma once

#include <span>

namespace mkdb::engine {

/// Gives each of the operations an error, `why()`, but those that were refused for a reason of their own before.
template <class Ticket, class Why>
void refuse(std::span<Ticket* const> group, Why const& why) {
    for (auto* asked : group) {
        if (!asked->outcome || *asked->outcome) {
            asked->outcome = why();
        }
    }
}

} // namespace mkdb::engine
