#pragma once

#include <mkdb/log/manifest_format.hpp>

#include <array>
#include <map>
#include <optional>

namespace mkdb::log {

/// What one copy of a manifest shows.
struct manifest_copy {
    enum class state {
        whole,   ///< The header is good.
        damaged, ///< Missing, too short, or its header is damaged.
        foreign, ///< Not a manifest of this program.
        newer,   ///< Of a newer version or another byte order.
    };
    state condition = state::damaged;
    manifest_header header{};
    std::map<std::uint64_t, manifest_edit> edits{}; ///< Every whole edit, by index.
    std::uint64_t end = 0;                          ///< Of the last whole edit.
    bool clean = false;                             ///< Nothing but whole edits, one after another, to the end.
    bool more = false;                              ///< There are bytes other than zero after the last whole edit.
    std::optional<error> withheld{};                ///< Why the disk does not give it, though it may be whole.

    /// Nothing in it points to an edit that only the other copy has whole.
    [[nodiscard]] bool stands_alone() const noexcept { return condition == state::whole && clean && !more; }
};

/// Reads one copy's bytes; damaged edits do not hide later ones. Pure.
[[nodiscard]] inline manifest_copy read_manifest_copy(std::span<std::byte const> bytes) {
    manifest_copy copy;
    if (bytes.size() < sizeof(manifest_header)) {
        return copy;
    }
    copy.header = load<manifest_header>(bytes.data());
    bool const right = detail::trailing_checksum(copy.header, 0) == copy.header.crc;
    if (!right || copy.header.magic != manifest_magic) {
        copy.condition = right ? manifest_copy::state::foreign : manifest_copy::state::damaged;
        return copy;
    }
    if (copy.header.version > manifest_version || copy.header.byte_order != byte_order_mark) {
        copy.condition = manifest_copy::state::newer;
        return copy;
    }
    copy.condition = manifest_copy::state::whole;
    copy.clean = true;
    copy.end = sizeof(manifest_header);
    place const where(copy.header.manifest_id);
    for (auto at = copy.end; at < bytes.size();) {
        auto edit = decode_edit(bytes.subspan(at), where, at);
        copy.clean = copy.clean && edit && edit->index == copy.edits.size();
        at += edit ? edit->size : alignment;
        if (edit) {
            copy.end = at;
            auto const index = edit->index;
            copy.edits.emplace(index, std::move(*edit));
        }
    }
    auto const rest = bytes.subspan(copy.end);
    copy.more = std::ranges::any_of(rest, [](std::byte each) { return each != std::byte{0}; });
    return copy;
}

/// Whether two whole copies were written as one manifest. Edits of different ones are never to be mixed: their indexes
/// fit as well.
[[nodiscard]] inline bool are_of_one_manifest(manifest_copy const& first, manifest_copy const& second) noexcept {
    return first.header.manifest_id == second.header.manifest_id && first.header.log_id == second.header.log_id &&
           first.header.generation == second.header.generation;
}

/// What both copies show together.
struct merged_manifest {
    bool readable = false;
    bool agreed = false; ///< Both copies are clean and equal: they can be written on.
    manifest_header header;
    std::vector<manifest_edit> edits;
};

/// An edit is written and synced to the first copy, then to the second, and only then relied upon. So an edit that is
/// whole in either copy counts, and one that is whole in neither is a torn write only if nothing of it or of a later
/// edit is in the second copy; otherwise it was relied upon, and without it the manifest is not readable. Pure.
[[nodiscard]] inline merged_manifest merge_copies(manifest_copy const& first, manifest_copy const& second) {
    merged_manifest merged;
    bool const first_good = first.condition == manifest_copy::state::whole;
    bool const second_good = second.condition == manifest_copy::state::whole;
    if (!first_good && !second_good) {
        return merged;
    }
    if (first_good && second_good && !are_of_one_manifest(first, second)) {
        return merged;
    }
    merged.header = first_good ? first.header : second.header;
    std::uint64_t index = 0;
    for (;; ++index) {
        auto const in_first = first.edits.find(index);
        auto const in_second = second.edits.find(index);
        if (in_first == first.edits.end() && in_second == second.edits.end()) {
            break;
        }
        merged.edits.push_back(in_first != first.edits.end() ? in_first->second : in_second->second);
    }
    bool const later =
        first.edits.lower_bound(index) != first.edits.end() || second.edits.lower_bound(index) != second.edits.end();
    bool const in_second = second_good && second.more && second.edits.size() == index;
    merged.readable = index > 0 && !later && !in_second;
    merged.agreed = first_good && second_good && first.clean && second.clean && first.edits.size() == index &&
                    second.edits.size() == index;
    return merged;
}

} // namespace mkdb::log
