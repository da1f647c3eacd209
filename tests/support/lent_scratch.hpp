#pragma once

#include <mkdb/core/scratch_space.hpp>
#include <mkdb/index/index_memory.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

namespace mkdb::testing {

/// A disk for what passes a limit of RAM: RAM all the same, with a limit of its own.
class lent_scratch final : public scratch_space {
public:
    struct figures {
        std::size_t room = SIZE_MAX;
        std::size_t used = 0;
        std::size_t most_used = 0;
    };

    explicit lent_scratch(figures& of) : of_(&of) {}
    ~lent_scratch() override {
        for (auto const& [begin, bytes] : lent_) {
            reserve(begin, bytes);
            of_->used -= bytes;
        }
    }

    [[nodiscard]] bool back(std::byte* at, std::size_t bytes) noexcept override {
        bool const there =
            of_->used + bytes <= of_->room &&
            ::mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at;
        if (there) {
            lent_[at] = bytes;
            of_->used += bytes;
            of_->most_used = of_->used > of_->most_used ? of_->used : of_->most_used;
        }
        return there;
    }

    /// Whoever touches it afterwards is stopped.
    void discard(std::byte* at, std::size_t bytes) noexcept override { reserve(at, bytes); }

private:
    static void reserve(std::byte* at, std::size_t bytes) noexcept {
        ::mmap(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    }

    figures* of_;
    std::map<std::byte*, std::size_t> lent_;
};

/// `figures` outlive it.
[[nodiscard]] inline std::shared_ptr<index::index_memory> limited_memory(std::uint64_t ram,
                                                                         lent_scratch::figures& disk) {
    return std::make_shared<index::index_memory>(ram, [&disk] { return std::make_unique<lent_scratch>(disk); });
}

} // namespace mkdb::testing
