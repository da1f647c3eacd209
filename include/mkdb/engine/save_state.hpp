#pragma once

#include <mkdb/core/byte_writer.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/save_directory.hpp>
#include <mkdb/log/checkpoint_writer.hpp>
#include <mkdb/storage/concept.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::engine {

/// Opening numbers rows densely again when it reads the log, which makes up for a directory full of holes. While
/// records are lost it has to read all of the log, which may have been mended meanwhile.
template <class IndexInstance>
[[nodiscard]] bool is_worth_saving(partition_state<IndexInstance> const& state) noexcept {
    return !state.rows.is_sparse() && state.rows.rows_left() > detail::no_row / 2 && state.lost.empty() &&
           !state.lost_unnamed && state.unread.isEmpty();
}

/// The state of a partition as the sections of a checkpoint. Precondition: the state is the one at the mark, and all of
/// it is in the log.
template <class IndexInstance>
[[nodiscard]] std::vector<log::checkpoint_section> save_state(storage::log_mark const& mark,
                                                              partition_state<IndexInstance> const& state) {
    std::vector<log::checkpoint_section> sections;
    byte_writer place;
    place.put(static_cast<std::uint32_t>(mark.segments.size()));
    for (auto const each : mark.segments) {
        place.put(each);
    }
    place.put_text(mark.bytes);
    sections.push_back({log::section_kind::mark, std::move(place).take()});

    byte_writer rows;
    save_directory(state.rows, rows);
    sections.push_back({log::section_kind::directory, std::move(rows).take()});

    byte_writer lost;
    lost.put(std::uint64_t{state.lost.size()});
    for (auto const& [id, sequence] : state.lost) {
        lost.put_text(id);
        lost.put(sequence);
    }
    sections.push_back({log::section_kind::lost, std::move(lost).take()});

    state.indexes.save([&](std::string const& field, std::string const& format, std::string const& bytes) {
        byte_writer index;
        index.put_text(field);
        index.put_text(format);
        index.put_bytes(bytes);
        sections.push_back({log::section_kind::index, std::move(index).take()});
    });
    return sections;
}

} // namespace mkdb::engine
