#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>

#include <array>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>

namespace mkdb {

/// Makes record ids that neither exist nor were handed out lately.
///
/// Thread safety: safe from any thread.
template <class Random>
class id_generator {
public:
    explicit id_generator(Random& random) : random_(&random) {}

    /// `exists(id)` tells whether a record has the id.
    /// Errors: `limit_exceeded` when ids of this length seem exhausted and may not grow; `io` of the random source.
    template <class Exists>
    [[nodiscard]] result<std::string> next(id_options const& options, Exists&& exists) {
        auto length = options.length;
        do {
            for (int attempt = 0; attempt < attempts_a_length; ++attempt) {
                MKDB_TRY_ASSIGN(auto id, random_text(options.characters, length));
                if (!exists(id) && remember(id)) {
                    return id;
                }
            }
            ++length;
        } while (options.auto_expand && length <= limits::id_bytes);
        return fail(errc::limit_exceeded, "No unused id of " + std::to_string(options.length) +
                                              " characters was found: raise token_length or set auto_expand");
    }

private:
    static constexpr int attempts_a_length = 64;
    static constexpr std::size_t remembered_ids = 65536;

    /// Bytes beyond the largest multiple of the alphabet's size are thrown away: every character is equally likely.
    [[nodiscard]] result<std::string> random_text(std::string const& characters, std::size_t length) {
        auto const fair = 256 - 256 % characters.size();
        std::string text;
        std::array<std::byte, 64> bytes;
        while (text.size() < length) {
            MKDB_TRY(random_->fill(bytes));
            for (auto const byte : bytes) {
                auto const value = static_cast<std::size_t>(byte);
                if (value < fair && text.size() < length) {
                    text += characters[value % characters.size()];
                }
            }
        }
        return text;
    }

    [[nodiscard]] bool remember(std::string const& id) {
        std::lock_guard const lock(mutex_);
        if (!recent_.insert(id).second) {
            return false;
        }
        order_.push_back(id);
        if (order_.size() > remembered_ids) {
            recent_.erase(order_.front());
            order_.pop_front();
        }
        return true;
    }

    Random* random_;
    std::mutex mutex_;
    std::unordered_set<std::string> recent_;
    std::deque<std::string> order_;
};

} // namespace mkdb
