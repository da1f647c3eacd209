#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mkdb::engine {

/// Which record each value is being given to, of all that no two records of a store may share.
///
/// Whoever wants to give a record a value claims it first, looks for a record that has it then, and releases the claim
/// when the record is visible with the value or will not be. So two that want the same value never both find it free:
/// the later one meets the claim of the other, or its record. A claim never waits, so nobody waits for each other.
/// Thread safety: safe from any thread.
class value_claims {
public:
    /// The record that has claimed the value before, if that is another one; else `id` has it now.
    [[nodiscard]] std::optional<std::string> claim(std::string const& value, std::string const& id) {
        std::lock_guard const lock(mutex_);
        auto const& owner = owners_.try_emplace(value, id).first->second;
        return owner == id ? std::nullopt : std::optional(owner);
    }

    /// Does nothing when it is not `id` that has the claim.
    void release(std::string const& value, std::string const& id) noexcept {
        std::lock_guard const lock(mutex_);
        if (auto const at = owners_.find(value); at != owners_.end() && at->second == id) {
            owners_.erase(at);
        }
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::string> owners_; ///< Ordered: keys of clients, who could choose colliding ones.
};

} // namespace mkdb::engine
