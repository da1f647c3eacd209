#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/core/scratch_space.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mkdb::file {

enum class open_mode {
    read_only,  ///< The file must exist.
    read_write, ///< The file must exist.
    create_new, ///< The file must not exist; it is made for reading and writing.
};

/// An open file. Every failure is `errc::io` or `errc::no_space` with the path and the system's reason.
///
/// `read_at` fills the span unless the file ends before; it returns how many bytes it got.
/// `write_at` writes the whole span or fails: short writes and interrupts are its own affair.
/// `sync` returns when data and length have reached the disk. `preallocate` reserves space without changing the size.
/// Thread safety: `read_at` and `size` are safe from any thread, also during one `write_at`.
template <class F>
concept random_access_file = std::movable<F> && requires(F& file, F const& shared, std::uint64_t offset,
                                                         std::span<std::byte> into, std::span<std::byte const> from) {
    { shared.read_at(offset, into) } -> std::same_as<result<std::size_t>>;
    { shared.size() } -> std::same_as<result<std::uint64_t>>;
    { file.write_at(offset, from) } -> std::same_as<result<>>;
    { file.sync() } -> std::same_as<result<>>;
    { file.resize(offset) } -> std::same_as<result<>>;
    { file.preallocate(offset) } -> std::same_as<result<>>;
    { file.close() } -> std::same_as<result<>>;
};

/// A tree of directories and files: where faults are injected.
///
/// Creating, renaming and removing are durable only after `sync_directory` of the parent (R14: a synced file whose
/// name was not synced may be gone after power loss); `create_directories` does that itself for each directory that it
/// makes. `lock` fails with `errc::locked` while another owner holds it, in this process or another, and is released
/// when the returned object goes or its process dies.
/// Thread safety: safe from any thread.
template <class S>
concept file_system = std::move_constructible<S> &&
    requires(S& files, std::filesystem::path const& path, open_mode mode) {
    typename S::file;
    typename S::lock_handle;
    requires random_access_file<typename S::file>;
    { files.open(path, mode) } -> std::same_as<result<typename S::file>>;
    { files.exists(path) } -> std::same_as<result<bool>>;
    { files.list(path) } -> std::same_as<result<std::vector<std::string>>>;
    { files.create_directories(path) } -> std::same_as<result<>>;
    { files.rename(path, path) } -> std::same_as<result<>>;
    { files.remove(path) } -> std::same_as<result<>>;
    { files.sync_directory(path) } -> std::same_as<result<>>;
    { files.lock(path) } -> std::same_as<result<typename S::lock_handle>>;
    { files.free_bytes(path) } -> std::same_as<result<std::uint64_t>>;
};

/// Files that can also be memory: `scratch(directory)` gives what lies on the disk of a directory, without a name
/// there.
template <class S>
concept scratch_file_system = file_system<S> && requires(S& files, std::filesystem::path const& directory) {
    { files.scratch(directory) } -> std::same_as<result<std::unique_ptr<scratch_space>>>;
};

} // namespace mkdb::file
