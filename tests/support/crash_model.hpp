#pragma once

#include <mkdb/core/bytes.hpp>
#include <mkdb/file/memory.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace mkdb::testing {

/// What a power cut may leave of bytes that were written and not synced.
enum class kept_bytes { none, all, prefix, subset, zeros };

/// What it may leave of names that were made, moved or removed in a directory that was not synced.
enum class kept_names { none, all, subset };

/// A disk as it is behind the page cache: what is durable, and what is still on its way. From both it builds the
/// trees that a power cut may leave.
class crash_model {
public:
    struct change {
        std::uint64_t offset = 0;
        std::vector<std::byte> bytes;
        std::optional<std::uint64_t> new_size; ///< A resize, not a write.
    };
    struct inode {
        std::vector<std::byte> durable;
        std::vector<change> pending;
    };
    using inode_ref = std::shared_ptr<inode>;

    /// The file that `name` now names.
    [[nodiscard]] inode_ref live(std::string const& name) const {
        auto const found = live_.find(name);
        return found == live_.end() ? nullptr : found->second;
    }

    void make_directory(std::string const& name) { live_[name] = durable_[name] = nullptr; }

    inode_ref create(std::string const& name) {
        auto made = std::make_shared<inode>();
        live_[name] = made;
        moves_.push_back({.to = name, .content = made});
        return made;
    }

    void rename(std::string const& from, std::string const& to) {
        move const made{.from = from, .to = to, .content = live_.at(from)};
        apply(live_, made);
        moves_.push_back(made);
    }

    void remove(std::string const& name) {
        live_.erase(name);
        moves_.push_back({.from = name});
    }

    /// Names of this directory are durable from now on; a move between two of them is when both were synced. What
    /// happened to the same name before is durable then too.
    void sync_directory(std::string const& directory) {
        std::vector<move> waiting;
        std::vector<move> durable;
        for (; !moves_.empty(); moves_.pop_back()) {
            auto& each = moves_.back();
            each.left = each.left || each.from.empty() || parent(each.from) == directory;
            each.arrived = each.arrived || each.to.empty() || parent(each.to) == directory;
            bool const due = (each.left && each.arrived) ||
                             std::ranges::any_of(durable, [&](move const& later) { return share_a_name(each, later); });
            (due ? durable : waiting).push_back(std::move(each));
        }
        std::for_each(durable.rbegin(), durable.rend(), [&](move const& each) { apply(durable_, each); });
        moves_.assign(waiting.rbegin(), waiting.rend());
    }

    static void sync(inode& file) {
        for (auto const& each : file.pending) {
            apply(file.durable, each, each.bytes.size());
        }
        file.pending.clear();
    }

    /// One tree that a power cut now may leave behind.
    [[nodiscard]] file::memory after_power_cut(kept_bytes bytes, kept_names names, std::mt19937_64& chance) const {
        auto survived = durable_;
        for (auto const& each : moves_) {
            if (names == kept_names::all || (names == kept_names::subset && chance() % 2 == 0)) {
                apply(survived, each);
            }
        }
        file::memory tree;
        for (auto const& [name, content] : survived) {
            if (!content) {
                static_cast<void>(tree.create_directories(name));
            }
        }
        for (auto const& [name, content] : survived) {
            // A directory whose removal was kept took with it what was still named in it.
            if (content && tree.exists(parent(name)).value()) {
                auto file = tree.open(name, file::open_mode::create_new).value();
                file.write_at(0, survivors(*content, bytes, chance)).value();
            }
        }
        return tree;
    }

private:
    struct move {
        std::string from{};
        std::string to{};
        inode_ref content{};
        bool left = false;    ///< The directory that it was in knows.
        bool arrived = false; ///< The directory that it is in knows.
    };
    using name_map = std::map<std::string, inode_ref>;

    [[nodiscard]] static std::string parent(std::string const& name) {
        return std::filesystem::path(name).parent_path().string();
    }

    [[nodiscard]] static bool share_a_name(move const& a, move const& b) {
        auto const named_in_b = [&](std::string const& name) {
            return !name.empty() && (name == b.from || name == b.to);
        };
        return named_in_b(a.from) || named_in_b(a.to);
    }

    static void apply(name_map& names, move const& each) {
        if (!each.from.empty() && !each.to.empty() && !each.content) {
            move_below(names, each);
        }
        if (!each.from.empty()) {
            names.erase(each.from);
        }
        if (!each.to.empty()) {
            names[each.to] = each.content;
        }
    }

    /// A directory takes with it what is in it.
    static void move_below(name_map& names, move const& directory) {
        auto const start = directory.from + "/";
        for (auto at = names.lower_bound(start); at != names.end() && at->first.starts_with(start);) {
            auto inner = names.extract(at++);
            auto const name = directory.to + "/" + inner.key().substr(start.size());
            names.insert_or_assign(name, std::move(inner.mapped()));
        }
    }

    static void apply(std::vector<std::byte>& to, change const& each, std::size_t kept) {
        if (each.new_size) {
            to.resize(*each.new_size);
            return;
        }
        if (kept > 0 && to.size() < each.offset + kept) {
            to.resize(each.offset + kept);
        }
        std::copy_n(each.bytes.begin(), kept, to.begin() + static_cast<std::ptrdiff_t>(each.offset));
    }

    /// Keeps each sector-sized piece of a write or not, by chance.
    static void apply_some(std::vector<std::byte>& to, change const& each, std::mt19937_64& chance) {
        constexpr std::size_t sector = 512;
        for (std::size_t at = 0; at < each.bytes.size();) {
            auto const end = std::min(each.bytes.size(), align_up(each.offset + at + 1, sector) - each.offset);
            if (chance() % 2 == 0) {
                change const piece{each.offset + at,
                                   {each.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                    each.bytes.begin() + static_cast<std::ptrdiff_t>(end)},
                                   {}};
                apply(to, piece, piece.bytes.size());
            }
            at = end;
        }
    }

    [[nodiscard]] static std::vector<std::byte> survivors(inode const& file, kept_bytes kept, std::mt19937_64& chance) {
        auto content = file.durable;
        std::size_t written = 0;
        for (auto const& each : file.pending) {
            written += each.bytes.size() + 1;
        }
        auto left = kept == kept_bytes::prefix && written > 0 ? chance() % written : 0;
        for (auto const& each : file.pending) {
            if (kept == kept_bytes::all) {
                apply(content, each, each.bytes.size());
            } else if (kept == kept_bytes::zeros && !each.new_size) {
                content.resize(std::max(content.size(), each.offset + each.bytes.size()));
            } else if (kept == kept_bytes::subset) {
                each.new_size&& chance() % 2 == 0 ? apply(content, each, 0) : apply_some(content, each, chance);
            } else if (kept == kept_bytes::prefix && left > 0) {
                apply(content, each, std::min(left - 1, each.bytes.size()));
                left -= std::min(left, each.bytes.size() + 1);
            }
        }
        return content;
    }

    name_map durable_;
    name_map live_;
    std::vector<move> moves_; ///< In the order in which they were made.
};

} // namespace mkdb::testing
