#pragma once

#include <mkdb/core/error.hpp>

#include <boost/system/result.hpp>

#include <string>
#include <utility>

namespace mkdb {

/// A value, or the error that took its place. `value()` throws `bad_result`; `*r` requires a value.
template <class T = void>
using result = boost::system::result<T, error>;

/// An error ready to be returned from a function that returns `result<T>`.
[[nodiscard]] inline error fail(errc code, std::string message) {
    return error{code, std::move(message)};
}

} // namespace mkdb

/// Returns the error of `expression` from the enclosing function, or goes on.
#define MKDB_TRY(expression)                                                                                           \
    do {                                                                                                               \
        if (auto mkdb_try_result = (expression); !mkdb_try_result) {                                                   \
            return std::move(mkdb_try_result).error();                                                                 \
        }                                                                                                              \
    } while (false)

#define MKDB_DETAIL_CONCAT_INNER(a, b) a##b
#define MKDB_DETAIL_CONCAT(a, b) MKDB_DETAIL_CONCAT_INNER(a, b)
#define MKDB_DETAIL_TRY_ASSIGN(temporary, declaration, expression)                                                     \
    auto temporary = (expression);                                                                                     \
    if (!temporary) {                                                                                                  \
        return std::move(temporary).error();                                                                           \
    }                                                                                                                  \
    declaration = std::move(*temporary)

/// Declares or assigns from the value of `expression`, or returns its error: `MKDB_TRY_ASSIGN(auto file, open(path));`
#define MKDB_TRY_ASSIGN(declaration, expression)                                                                       \
    MKDB_DETAIL_TRY_ASSIGN(MKDB_DETAIL_CONCAT(mkdb_try_, __LINE__), declaration, expression)
