#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/engine/load_directory.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/log/checkpoint_file.hpp>
#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// What a checkpoint says of a partition, as it was at the mark.
template <class IndexInstance>
struct saved_state {
    storage::log_mark mark;
    directory rows{0};
    std::map<std::string, std::uint64_t, std::less<>> lost;
    IndexInstance indexes;                     ///< Configured; only those of `loaded` can be used.
    std::set<std::string, std::less<>> loaded; ///< Fields.
    std::vector<std::string> notes;            ///< Why others are not.
};

namespace detail {

[[nodiscard]] inline std::optional<storage::log_mark> load_mark(std::string_view bytes) {
    byte_reader from(bytes);
    storage::log_mark mark;
    for (auto left = from.get<std::uint32_t>(); left > 0 && from.sound(); --left) {
        mark.segments.push_back(from.get<std::uint32_t>());
    }
    mark.bytes = std::string(from.text());
    bool const ascending = std::ranges::adjacent_find(mark.segments, std::greater_equal<>()) == mark.segments.end() &&
                           (mark.segments.empty() || mark.segments.front() > 0);
    return from.at_end() && ascending ? std::optional(std::move(mark)) : std::nullopt;
}

[[nodiscard]] inline std::optional<std::map<std::string, std::uint64_t, std::less<>>>
load_lost(std::string_view bytes) {
    byte_reader from(bytes);
    std::map<std::string, std::uint64_t, std::less<>> lost;
    for (auto left = from.get<std::uint64_t>(); left > 0 && from.sound(); --left) {
        std::string id(from.text());
        lost.emplace(std::move(id), from.get<std::uint64_t>());
    }
    return from.at_end() ? std::optional(std::move(lost)) : std::nullopt;
}

} // namespace detail

/// Reads the state of a partition section by section, as far as it is wanted. An index that cannot be used is left to
/// be built from the records; whatever else is doubtful is an error.
template <class File, class IndexInstance>
class state_loader {
public:
    /// `empty` has the indexes that are wanted now.
    state_loader(log::checkpoint_file<File> const& from, IndexInstance empty) : from_(&from) {
        state_.indexes = std::move(empty);
    }

    /// The mark alone, so that nothing large is read in vain. Errors: `corrupt_file`, `io`.
    [[nodiscard]] result<> load_mark() {
        MKDB_TRY_ASSIGN(auto const bytes, read_only_section(log::section_kind::mark));
        auto mark = detail::load_mark(bytes);
        if (!mark) {
            return fail(errc::corrupt_file, "its mark makes no sense");
        }
        state_.mark = std::move(*mark);
        return {};
    }

    /// All the rest. Errors: `corrupt_file`, `io`.
    [[nodiscard]] result<saved_state<IndexInstance>> load() {
        MKDB_TRY_ASSIGN(auto const rows, find(log::section_kind::directory));
        MKDB_TRY_ASSIGN(state_.rows, directory_loader<File>(from_->stream(*rows), state_.mark.segments).load());
        MKDB_TRY_ASSIGN(auto const bytes, read_only_section(log::section_kind::lost));
        auto lost = detail::load_lost(bytes);
        if (!lost) {
            return fail(errc::corrupt_file, "its list of lost records makes no sense");
        }
        if (!lost->empty()) {
            return fail(errc::corrupt_file, "records were lost when it was written, and may have been restored since");
        }
        for (auto const& each : from_->sections()) {
            if (each.entry.kind == log::section_kind::index) {
                load_index(each);
            }
        }
        return std::move(state_);
    }

    [[nodiscard]] storage::log_mark const& mark() const noexcept { return state_.mark; }

private:
    using section = typename log::checkpoint_file<File>::section;

    [[nodiscard]] result<section const*> find(log::section_kind kind) const {
        auto const& all = from_->sections();
        auto const found = std::ranges::find(all, kind, [](auto const& each) { return each.entry.kind; });
        if (found == all.end()) {
            return fail(errc::corrupt_file, "it lacks a section");
        }
        return &*found;
    }

    [[nodiscard]] result<std::string> read_only_section(log::section_kind kind) const {
        MKDB_TRY_ASSIGN(auto const found, find(kind));
        return from_->read(*found);
    }

    /// Reads it a piece at a time. That it is what was written shows at its end only, which indexes can bear.
    void load_index(section const& each) {
        auto stream = from_->stream(each);
        result<> read;
        byte_reader from(
            [&](std::span<char> into) {
                read = stream.read(std::as_writable_bytes(into));
                return read.has_value();
            },
            each.entry.length);
        std::string const field(from.text());
        std::string const format(from.text());
        bool const makes_sense =
            from.sound() && tried_.insert(field).second && state_.indexes.load(field, format, from, state_.rows.live());
        if (read) {
            read = stream.finish_rest();
        }
        if (!read) {
            state_.notes.push_back("an index in the checkpoint is not used: " + read.error().message);
        } else if (makes_sense) {
            state_.loaded.insert(field);
        }
    }

    log::checkpoint_file<File> const* from_;
    saved_state<IndexInstance> state_;
    std::set<std::string, std::less<>> tried_; ///< Fields whose index was filled, with sense or not.
};

} // namespace mkdb::engine
