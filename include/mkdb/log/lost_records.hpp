#pragma once

#include <mkdb/log/replay.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::log {

/// The records of a log that damage took: those whose newest version is among what was lost.
///
/// Thread safety: one thread at a time.
class lost_records {
public:
    void add(damage const& found) {
        for (auto const& each : found.lost) {
            if (each.key.empty()) {
                unnamed_ = true;
                continue;
            }
            auto& sequence = newest_lost_[each.key];
            sequence = std::max(sequence, each.sequence);
        }
    }

    void add_unnamed() noexcept { unnamed_ = true; }

    /// Strikes out what a later version that can be read has replaced, in whatever segment that is. Segments that
    /// cannot be opened say nothing. Errors: `io`. Complexity: reads all of the log, if anything is lost.
    template <class Files>
    [[nodiscard]] result<> settle(Files& files, std::filesystem::path const& directory, manifest_state const& state) {
        for (auto const& [number, entry] : state.segments()) {
            auto opened = newest_lost_.empty()
                              ? result<typename Files::file>(fail(errc::not_found, ""))
                              : files.open(directory / names::segment(number), mkdb::file::open_mode::read_only);
            if (opened) {
                segment<typename Files::file> const each(number, entry.id, *std::move(opened));
                auto whole = entry;
                MKDB_TRY_ASSIGN(whole.length, entry.sealed ? result<std::uint64_t>(entry.length) : each.file().size());
                damage ignored;
                static_cast<void>(replay(
                    each, whole, [this](record const& one, auto const&...) { see(one); }, ignored));
            }
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> ids() const {
        std::vector<std::string> all;
        for (auto const& [id, sequence] : newest_lost_) {
            all.push_back(id);
        }
        return all;
    }

    /// There are more, whose ids cannot be read any more.
    [[nodiscard]] bool unnamed() const noexcept { return unnamed_; }

private:
    void see(record const& one) {
        auto const found = newest_lost_.find(one.key);
        if (found != newest_lost_.end() && one.sequence > found->second) {
            newest_lost_.erase(found);
        }
    }

    std::map<std::string, std::uint64_t, std::less<>> newest_lost_;
    bool unnamed_ = false;
};

} // namespace mkdb::log
