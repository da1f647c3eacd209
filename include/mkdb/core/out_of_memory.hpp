#pragma once

#include <mkdb/core/error.hpp>

#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace mkdb {

/// The error of a call that found no memory. Its sentence needs some too: without, it is one that needs none.
[[nodiscard]] inline error out_of_memory(std::string_view in_store) noexcept {
    try {
        std::string sentence("Store '");
        sentence.append(in_store).append("' has no memory for this write");
        return {errc::out_of_memory, std::move(sentence)};
    } catch (std::bad_alloc const&) {
        return {errc::out_of_memory, std::string("out of memory")};
    }
}

/// Does without what `action` would give when there is no memory for it. False then.
template <class Action>
bool if_memory_allows(Action&& action) {
    try {
        std::forward<Action>(action)();
        return true;
    } catch (std::bad_alloc const&) {
        return false;
    }
}

} // namespace mkdb
