#pragma once

#include "fault_file_system.hpp"

#include <mkdb/clock/manual.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/file/memory.hpp>
#include <mkdb/random/seeded.hpp>
#include <mkdb/storage/rolling_log.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mkdb::testing {

template <class Files>
using test_environment = environment<Files, clock::manual, random::seeded>;

using memory_environment = test_environment<file::memory>;
using fault_environment = test_environment<fault_file_system>;

inline std::filesystem::path const log_directory = "/log";

/// What `record_of(sequence)` writes: the same for every run, longer or shorter from one to the next.
inline std::string id_of(std::uint64_t sequence) {
    return "id" + std::to_string(sequence % 97);
}
inline std::string value_of(std::uint64_t sequence) {
    return "{\"n\":" + std::to_string(sequence) + "," + std::string(sequence * 7 % 60, 'x') + "}";
}

/// Appends records with the sequences [first, first + count) as one batch.
template <class Backend>
result<> append_numbered(Backend& backend, std::uint64_t first, std::uint64_t count,
                         std::vector<storage::location>* where = nullptr) {
    std::vector<std::string> texts;
    for (auto at = first; at < first + count; ++at) {
        texts.push_back(id_of(at));
        texts.push_back(value_of(at));
    }
    std::vector<storage::log_record> batch;
    for (std::size_t i = 0; i < count; ++i) {
        batch.push_back({storage::record_kind::put, first + i, first + i, texts[2 * i], texts[2 * i + 1]});
    }
    std::vector<storage::location> out(count);
    auto outcome = backend.append(batch, out);
    if (outcome && where != nullptr) {
        where->insert(where->end(), out.begin(), out.end());
    }
    return outcome;
}

struct replayed {
    std::vector<std::uint64_t> sequences; ///< In the order of the log.
    std::map<std::uint64_t, storage::location> places;
};

/// Everything that `replay` delivers; each version must be the one that was written.
template <class Backend>
replayed replay_all(Backend& backend) {
    replayed all;
    auto outcome = backend.replay([&](storage::log_record const& each, storage::location const& where) {
        all.sequences.push_back(each.sequence);
        all.places[each.sequence] = where;
        EXPECT_EQ(each.id, id_of(each.sequence));
        EXPECT_EQ(each.value, value_of(each.sequence));
    });
    EXPECT_TRUE(outcome) << outcome.error().message;
    return all;
}

template <class Environment>
using log_backend = storage::rolling_log::backend<Environment>;

template <class Environment>
result<log_backend<Environment>> open_log(Environment& environment, std::uint64_t threshold = 4096) {
    return log_backend<Environment>::open(environment, log_directory, {.segment_threshold = threshold});
}

/// All bytes of a tree by name: to show that something changed nothing, or to change it.
inline std::map<std::string, std::string> snapshot(file::memory files, std::filesystem::path const& directory) {
    std::map<std::string, std::string> all;
    for (auto const& name : files.list(directory).value()) {
        if (auto file = files.open(directory / name, file::open_mode::read_only)) {
            std::string text(file->size().value(), '\0');
            file->read_at(0, std::as_writable_bytes(std::span(text))).value();
            all[(directory / name).string()] = text;
        } else {
            all.merge(snapshot(files, directory / name));
        }
    }
    return all;
}

inline file::memory tree_of(std::map<std::string, std::string> const& all) {
    file::memory tree;
    for (auto const& [name, text] : all) {
        tree.create_directories(std::filesystem::path(name).parent_path()).value();
        tree.open(name, file::open_mode::create_new).value().write_at(0, as_bytes(text)).value();
    }
    return tree;
}

} // namespace mkdb::testing
