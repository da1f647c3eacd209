#pragma once

#include <mkdb/core/hash.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace mkdb::testing {

/// Everything that happened in a simulation, as a hash of all of it and as text of the last part.
class simulation_trace {
public:
    void note(std::string line) {
        hash_ = hash64(line, hash_);
        ++lines_;
        last_.push_back(std::move(line));
        if (last_.size() > remembered) {
            last_.pop_front();
        }
    }

    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

    [[nodiscard]] std::string last_lines() const {
        std::string text;
        for (auto at = lines_ - last_.size(); auto const& line : last_) {
            text += "  " + std::to_string(++at) + " " + line + "\n";
        }
        return text;
    }

private:
    static constexpr std::size_t remembered = 60;

    std::uint64_t hash_ = 0;
    std::uint64_t lines_ = 0;
    std::deque<std::string> last_;
};

} // namespace mkdb::testing
