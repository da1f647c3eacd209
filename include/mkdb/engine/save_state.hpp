#pragma once

#include <mkdb/core/byte_writer.hpp>
#include <mkdb/engine/partition_state.hpp>
#include <mkdb/engine/save_directory.hpp>
#include <mkdb/log/checkpoint_writer.hpp>
#include <mkdb/storage/concept.hpp>

#include <cstddef>
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

/// Gives the sections of a checkpoint: `put(kind, write)` for each, where `write(to)` writes it to a `byte_writer`.
/// Precondition: the state is the one at the mark, and all of it is in the log.
template <class IndexInstance, class Put>
void save_state(storage::log_mark const& mark, partition_state<IndexInstance> const& state, Put&& put) {
    put(log::section_kind::mark, [&](byte_writer& to) {
        to.put(static_cast<std::uint32_t>(mark.segments.size()));
        for (auto const each : mark.segments) {
            to.put(each);
        }
        to.put_text(mark.bytes);
    });
    put(log::section_kind::directory, [&](byte_writer& to) { save_directory(state.rows, to); });
    put(log::section_kind::lost, [&](byte_writer& to) {
        to.put(std::uint64_t{state.lost.size()});
        for (auto const& [id, sequence] : state.lost) {
            to.put_text(id);
            to.put(sequence);
        }
    });
    state.indexes.save([&](std::string const& field, std::string const& format, auto const& save) {
        put(log::section_kind::index, [&](byte_writer& to) {
            to.put_text(field);
            to.put_text(format);
            save(to);
        });
    });
}

/// All of them in memory.
template <class IndexInstance>
[[nodiscard]] std::vector<log::checkpoint_section> copy_state(storage::log_mark const& mark,
                                                              partition_state<IndexInstance> const& state) {
    std::vector<log::checkpoint_section> sections;
    save_state(mark, state, [&](log::section_kind kind, auto const& write) {
        byte_writer to;
        write(to);
        sections.push_back({kind, std::move(to).take()});
    });
    return sections;
}

/// How many there are.
template <class IndexInstance>
[[nodiscard]] std::size_t count_sections(storage::log_mark const& mark, partition_state<IndexInstance> const& state) {
    std::size_t sections = 0;
    save_state(mark, state, [&](log::section_kind, auto const&) { ++sections; });
    return sections;
}

} // namespace mkdb::engine
