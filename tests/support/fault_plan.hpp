#pragma once

#include <mkdb/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace mkdb::testing {

/// Which call to the disk fails, and how; and how often each kind was called.
struct fault_plan {
    std::uint64_t fail_at = 0; ///< The n-th call that could change something fails, from one; zero: none.
    bool sticky = false;       ///< Every later one fails too, as when the power is off.
    errc code = errc::io;
    std::string only{}; ///< Counts only calls of this kind, if it names one.
    std::uint64_t fail_read_at = 0;
    std::string refused_open{};     ///< A file that is there is not opened if its name contains this, unless empty.
    std::uint64_t flip_read_at = 0; ///< The n-th read gives one bit other than it is.
    std::uint64_t flip_byte = 0;    ///< That of this byte of the read, counted round and round.
    /// A read of a file whose name contains this, unless empty, fails each time it touches [bad_begin, bad_end).
    std::string bad_file{};
    std::uint64_t bad_begin = 0;
    std::uint64_t bad_end = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t lie_from = 0;     ///< From the n-th sync on each says that it did and does nothing.
    std::uint64_t syncs = 0;

    std::uint64_t calls = 0;
    std::uint64_t reads = 0;
    std::map<std::string, std::uint64_t> by_kind{};
    std::set<std::string> synced_directories{};

    /// The failure that this call meets, if it does.
    [[nodiscard]] std::optional<error> meet(std::string const& kind) {
        ++by_kind[kind];
        if (!only.empty() && only != kind) {
            return std::nullopt;
        }
        ++calls;
        bool const hit = fail_at > 0 && (calls == fail_at || (sticky && calls > fail_at));
        return hit ? std::optional(fail(code, "injected failure of " + kind)) : std::nullopt;
    }

    /// Whether this sync only pretends.
    [[nodiscard]] bool meet_lie() { return ++syncs >= lie_from && lie_from > 0; }

    [[nodiscard]] std::optional<error> meet_read(std::string const& name, std::uint64_t offset, std::uint64_t size) {
        bool const bad =
            !bad_file.empty() && name.find(bad_file) != name.npos && offset < bad_end && offset + size > bad_begin;
        bool const hit = ++reads == fail_read_at || bad;
        return hit ? std::optional(fail(errc::io, "injected failure of read")) : std::nullopt;
    }

    [[nodiscard]] std::optional<error> meet_open(std::string const& name) const {
        bool const hit = !refused_open.empty() && name.find(refused_open) != name.npos;
        return hit ? std::optional(fail(errc::io, "injected failure to open " + name)) : std::nullopt;
    }

    /// What the read that was met last gives to the program.
    void spoil_read(std::span<std::byte> got) const {
        if (reads == flip_read_at && !got.empty()) {
            got[flip_byte % got.size()] ^= std::byte{4};
        }
    }
};

} // namespace mkdb::testing
