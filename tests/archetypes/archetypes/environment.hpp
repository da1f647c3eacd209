#pragma once

#include "archetypes/unusable.hpp"

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/random/concept.hpp>

namespace archetypes {

class clock {
public:
    explicit clock(int /*unlike default construction*/) noexcept {}
    clock(clock&&) = default;
    clock(clock const&) = delete;
    clock& operator=(clock&&) = delete;
    clock& operator=(clock const&) = delete;
    ~clock() = default;

    [[nodiscard]] mkdb::clock::monotonic_time monotonic() const noexcept { return {}; }
    [[nodiscard]] mkdb::clock::wall_time wall() const noexcept { return {}; }
};
static_assert(mkdb::clock::clock_source<clock>);

class random {
public:
    explicit random(int /*unlike default construction*/) noexcept {}
    random(random&&) = default;
    random(random const&) = delete;
    random& operator=(random&&) = delete;
    random& operator=(random const&) = delete;
    ~random() = default;

    [[nodiscard]] mkdb::result<> fill(std::span<std::byte> /*out*/) { return refuse(); }
};
static_assert(mkdb::random::random_source<random>);

class opened_file : public move_only {
public:
    explicit opened_file(int /*unlike default construction*/) noexcept : move_only(made{}) {}

    [[nodiscard]] mkdb::result<std::size_t> read_at(std::uint64_t /*offset*/, std::span<std::byte> /*into*/) const {
        return refuse();
    }
    [[nodiscard]] mkdb::result<std::uint64_t> size() const { return refuse(); }
    [[nodiscard]] mkdb::result<> write_at(std::uint64_t /*offset*/, std::span<std::byte const> /*from*/) {
        return refuse();
    }
    [[nodiscard]] mkdb::result<> sync() { return refuse(); }
    [[nodiscard]] mkdb::result<> resize(std::uint64_t /*size*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> preallocate(std::uint64_t /*size*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> close() { return refuse(); }
};

class held_lock : public move_only {
public:
    explicit held_lock(int /*unlike default construction*/) noexcept : move_only(made{}) {}
};

class file_system {
public:
    using file = opened_file;
    using lock_handle = held_lock;
    using path = std::filesystem::path;

    explicit file_system(int /*unlike default construction*/) noexcept {}
    file_system(file_system&&) = default;
    file_system(file_system const&) = delete;
    file_system& operator=(file_system&&) = delete;
    file_system& operator=(file_system const&) = delete;
    ~file_system() = default;

    [[nodiscard]] mkdb::result<file> open(path const& /*name*/, mkdb::file::open_mode /*mode*/) { return refuse(); }
    [[nodiscard]] mkdb::result<bool> exists(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<std::vector<std::string>> list(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> create_directories(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> rename(path const& /*from*/, path const& /*to*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> remove(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<> sync_directory(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<lock_handle> lock(path const& /*name*/) { return refuse(); }
    [[nodiscard]] mkdb::result<std::uint64_t> free_bytes(path const& /*name*/) { return refuse(); }
};
static_assert(mkdb::file::file_system<file_system>);

using environment = mkdb::environment<file_system, clock, random>;

} // namespace archetypes
