#pragma once

#include <mkdb/core/bytes.hpp>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>

namespace mkdb {
namespace detail {

inline constexpr std::size_t huge_page = 2 * mebibyte;

/// Half a page is worth a whole one; less is left to the heap.
[[nodiscard]] constexpr bool fills_huge_pages(std::size_t bytes) noexcept {
    return bytes >= huge_page / 2;
}

[[nodiscard]] constexpr std::size_t whole_huge_pages(std::size_t bytes) noexcept {
    return (bytes + huge_page - 1) / huge_page * huge_page;
}

#ifdef __linux__

/// Straight from the system, to which it returns at once: the heap would keep it, and be torn by its alignment.
/// `size` is a multiple of the page's.
[[nodiscard]] inline void* map_huge_pages(std::size_t size) {
    void* const mapped = ::mmap(nullptr, size + huge_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    auto* const first = static_cast<std::byte*>(mapped);
    auto const before = (huge_page - reinterpret_cast<std::uintptr_t>(mapped) % huge_page) % huge_page;
    auto* const start = first + before;
    // Whatever of this is refused costs address space or speed, and nothing else.
    if (before > 0) {
        static_cast<void>(::munmap(first, before));
    }
    static_cast<void>(::munmap(start + size, huge_page - before));
    static_cast<void>(::madvise(start, size, MADV_HUGEPAGE));
    return start;
}

inline void unmap_huge_pages(void* start, std::size_t size) noexcept {
    static_cast<void>(::munmap(start, size));
}

#else

[[nodiscard]] inline void* map_huge_pages(std::size_t size) {
    return ::operator new (size, std::align_val_t{huge_page});
}

inline void unmap_huge_pages(void* start, std::size_t /*size*/) noexcept {
    ::operator delete (start, std::align_val_t{huge_page});
}

#endif

class huge_page_resource final : public std::pmr::memory_resource {
    [[nodiscard]] void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return fills_huge_pages(bytes) ? map_huge_pages(whole_huge_pages(bytes))
                                       : ::operator new (bytes, std::align_val_t{alignment});
    }

    void do_deallocate(void* made, std::size_t bytes, std::size_t alignment) override {
        if (fills_huge_pages(bytes)) {
            unmap_huge_pages(made, whole_huge_pages(bytes));
        } else {
            ::operator delete (made, std::align_val_t{alignment});
        }
    }

    [[nodiscard]] bool do_is_equal(std::pmr::memory_resource const& other) const noexcept override {
        return this == &other;
    }
};

} // namespace detail

/// Memory of which large pieces (1 MiB and more) lie in huge pages, where the system grants them. For what is large and
/// filled at once: a page fault for each 4 KiB can cost more than what is put there. Throws `std::bad_alloc`.
/// Thread safety: safe.
[[nodiscard]] inline std::pmr::memory_resource* huge_pages() {
    // Never destroyed: what static objects hold may be given back after it.
    static auto* const one = new detail::huge_page_resource;
    return one;
}

} // namespace mkdb
