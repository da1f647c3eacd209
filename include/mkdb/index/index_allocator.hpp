#pragma once

#include <mkdb/index/detail/index_heap.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mkdb::index {

/// Memory of the index that is being changed (`detail::index_heap::use`): for all that grows with the records.
template <class T>
struct index_allocator {
    using value_type = T;
    using is_always_equal = std::true_type;

    index_allocator() noexcept = default;
    template <class U>
    index_allocator(index_allocator<U> const& /*same*/) noexcept {} // NOLINT: as every allocator

    [[nodiscard]] T* allocate(std::size_t count) {
        return static_cast<T*>(detail::index_heap::allocate(count * sizeof(T), alignof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        detail::index_heap::deallocate(memory, count * sizeof(T), alignof(T));
    }

    friend bool operator==(index_allocator const&, index_allocator const&) noexcept { return true; }
};

template <class T>
using index_vector = std::vector<T, index_allocator<T>>;
using index_string = std::basic_string<char, std::char_traits<char>, index_allocator<char>>;

struct index_deleter {
    template <class T>
    void operator()(T* owned) const noexcept {
        std::destroy_at(owned);
        index_allocator<T>().deallocate(owned, 1);
    }
};

template <class T>
using index_pointer = std::unique_ptr<T, index_deleter>;

template <class T, class... Arguments>
[[nodiscard]] index_pointer<T> make_indexed(Arguments&&... arguments) {
    auto* const memory = index_allocator<T>().allocate(1);
    try {
        return index_pointer<T>(::new (memory) T{std::forward<Arguments>(arguments)...});
    } catch (...) {
        index_allocator<T>().deallocate(memory, 1);
        throw;
    }
}

} // namespace mkdb::index
