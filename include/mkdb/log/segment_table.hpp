#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/segment.hpp>
#include <mkdb/log/segment_numbers.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>

namespace mkdb::log {

/// Segments by number. Looking one up takes two loads and no lock, so that readers never wait for each other or for
/// the writer. A segment stays where it is until it is taken out; whoever takes it frees it when the readers that may
/// have found it are gone (see `reader_epochs`, whose proof needs these loads and stores to be in one total order).
///
/// Thread safety: safe from any thread.
template <class File>
class segment_table {
public:
    static constexpr std::uint32_t capacity = segment_number_limit;

    segment_table() = default;
    segment_table(segment_table const&) = delete;
    segment_table& operator=(segment_table const&) = delete;
    ~segment_table() {
        for (auto& slot : pages_) {
            std::unique_ptr<page> const owned(slot.load());
            for (std::size_t i = 0; owned && i < owned->size(); ++i) {
                std::unique_ptr<segment<File>> const freed((*owned)[i].load());
            }
        }
    }

    [[nodiscard]] segment<File>* find(std::uint32_t number) const noexcept {
        auto const* found = number < capacity ? pages_[number / page_size].load(std::memory_order_acquire) : nullptr;
        return found == nullptr ? nullptr : (*found)[number % page_size].load();
    }

    segment<File>& add(std::unique_ptr<segment<File>> added) {
        std::lock_guard const lock(changing_);
        auto const number = added->number();
        MKDB_ASSERT(number < capacity && find(number) == nullptr);
        auto& slot = pages_[number / page_size];
        if (slot.load() == nullptr) {
            slot.store(std::make_unique<page>().release(), std::memory_order_release);
        }
        auto& placed = *added;
        (*slot.load())[number % page_size].store(added.release());
        return placed;
    }

    /// From now on the given segment is found under its number, and not the one that is returned. Precondition: there
    /// is one.
    [[nodiscard]] std::unique_ptr<segment<File>> replace(std::unique_ptr<segment<File>> by) {
        std::lock_guard const lock(changing_);
        auto const number = by->number();
        MKDB_ASSERT(find(number) != nullptr);
        return std::unique_ptr<segment<File>>(
            (*pages_[number / page_size].load())[number % page_size].exchange(by.release()));
    }

    /// Nobody finds the segment from now on. Precondition: it is there.
    [[nodiscard]] std::unique_ptr<segment<File>> take(std::uint32_t number) {
        std::lock_guard const lock(changing_);
        MKDB_ASSERT(find(number) != nullptr);
        return std::unique_ptr<segment<File>>(
            (*pages_[number / page_size].load())[number % page_size].exchange(nullptr));
    }

private:
    static constexpr std::uint32_t page_size = 4096;
    using page = std::array<std::atomic<segment<File>*>, page_size>;

    std::mutex changing_;
    std::array<std::atomic<page*>, capacity / page_size> pages_{};
};

} // namespace mkdb::log
