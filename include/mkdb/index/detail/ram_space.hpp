#pragma once

#include <mkdb/core/scratch_space.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <memory>

namespace mkdb::index::detail {

/// RAM at addresses that its user reserved: so that it can be told by them, and given back all at once.
class ram_space final : public scratch_space {
public:
    ram_space() = default;
    ~ram_space() override {
        if (begin_ != nullptr) {
            static_cast<void>(place(begin_, mapped_, PROT_NONE, MAP_NORESERVE));
        }
    }

    [[nodiscard]] bool back(std::byte* at, std::size_t bytes) noexcept override {
        begin_ = begin_ == nullptr ? at : begin_;
        auto const end = static_cast<std::size_t>(at - begin_) + bytes;
        if (end > mapped_) {
            if (!place(begin_ + mapped_, end - mapped_, PROT_READ | PROT_WRITE, 0)) {
                return false;
            }
            mapped_ = end;
        }
        return true;
    }

    /// Stays mapped: a hole would be one mapping more of the few that a process may have.
    void discard(std::byte* at, std::size_t bytes) noexcept override {
        static_cast<void>(::madvise(at, bytes, MADV_DONTNEED));
    }

    [[nodiscard]] std::shared_ptr<scratch_watch> watch() const noexcept override {
        static auto const nothing_to_tell = std::make_shared<no_disk>();
        return nothing_to_tell;
    }

private:
    struct no_disk final : scratch_watch {
        [[nodiscard]] result<> check() override { return {}; }
    };

    [[nodiscard]] static bool place(std::byte* at, std::size_t bytes, int protection, int flags) noexcept {
        return ::mmap(at, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | flags, -1, 0) != MAP_FAILED;
    }

    std::byte* begin_ = nullptr;
    std::size_t mapped_ = 0;
};

} // namespace mkdb::index::detail
