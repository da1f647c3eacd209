#pragma once

#include <mkdb/core/limits.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/store/opening.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mkdb {

/// The partitions that lie in a store's own directory, whose file STORE is not there.
struct found_logs {
    std::vector<std::uint32_t> numbers; ///< Rising.
    bool hold_records = false;          ///< Else they are what a making that failed left.

    /// All partitions of a store that has `wanted` of them, and nothing else.
    [[nodiscard]] bool are_all_of(std::uint32_t wanted) const noexcept {
        return numbers.size() == wanted && numbers.back() + 1 == wanted;
    }

    [[nodiscard]] bool have_no_gaps() const noexcept { return numbers.back() + 1 == numbers.size(); }
};

/// Errors: `io`. Complexity: one look for each partition that a store can have.
template <class Storage, class Files>
[[nodiscard]] result<found_logs> find_logs(Files& files, std::filesystem::path const& store_directory) {
    found_logs found;
    if constexpr (storage::recognizable_storage<Storage, Files>) {
        for (std::uint32_t number = 0; number < limits::partitions; ++number) {
            auto const directory = store_directory / partition_directory(number);
            MKDB_TRY_ASSIGN(bool const there, files.exists(directory));
            if (there) {
                found.numbers.push_back(number);
                MKDB_TRY_ASSIGN(bool const used, Storage::may_hold_records(files, directory));
                found.hold_records = found.hold_records || used;
            }
        }
    }
    return found;
}

namespace detail {

[[nodiscard]] inline std::string list_partitions(std::vector<std::uint32_t> const& numbers) {
    std::string list;
    for (auto const number : numbers) {
        list.append(list.empty() ? "" : ", ").append(partition_directory(number));
    }
    return list;
}

} // namespace detail

/// What is there, and what an operator can do about it.
[[nodiscard]] inline std::string describe_found_logs(std::filesystem::path const& store_directory,
                                                     found_logs const& found) {
    std::string advice = "restore the store from a backup";
    if (found.numbers.size() == 1 && found.have_no_gaps()) {
        advice = "make the store with 1 partition, if it had none on storage nodes";
    } else if (found.have_no_gaps()) {
        advice = "make the store with " + std::to_string(found.numbers.size()) + " partitions";
    }
    return store_directory.string() + " has records in " + detail::list_partitions(found.numbers) +
           " and no file STORE: bring STORE back, or " + advice;
}

/// Records are where the hash of their id leads among as many partitions as STORE said: among others they would not be
/// found, and be written a second time. Errors: `corrupt_file` for logs with records that are not exactly those of a
/// store of `wanted` partitions. Pure.
[[nodiscard]] inline result<> check_found_logs(std::filesystem::path const& store_directory, found_logs const& found,
                                               std::uint32_t wanted) {
    if (!found.hold_records || found.are_all_of(wanted)) {
        return {};
    }
    return fail(errc::corrupt_file,
                "A store of " + std::to_string(wanted) +
                    " partitions would not find what is there: " + describe_found_logs(store_directory, found));
}

/// A store that cannot be opened, since nobody knows any more how many partitions it has.
struct lost_store {
    std::string name;
    std::string problem; ///< A sentence that says what can be done.
};

} // namespace mkdb
