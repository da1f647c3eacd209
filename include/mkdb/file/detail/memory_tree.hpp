#pragma once

#include <mkdb/core/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::file::detail {

/// The bytes of one file, shared by its name and by everybody who has it open.
struct memory_content {
    mutable std::shared_mutex mutex;
    std::vector<std::byte> bytes;
};

/// Names to files; a name without content is a directory. The caller holds `mutex`.
struct memory_tree {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<memory_content>> nodes;
    std::set<std::string> locked;

    [[nodiscard]] static std::string key(std::filesystem::path const& path) {
        auto text = path.lexically_normal().string();
        while (text.size() > 1 && text.back() == '/') {
            text.pop_back();
        }
        return text.empty() ? "." : text;
    }

    [[nodiscard]] static std::string parent_key(std::string const& name) {
        auto const slash = name.rfind('/');
        if (slash == std::string::npos) {
            return ".";
        }
        return slash == 0 ? "/" : name.substr(0, slash);
    }

    [[nodiscard]] static bool is_root(std::string const& name) noexcept { return name == "/" || name == "."; }

    [[nodiscard]] bool has(std::string const& name) const { return is_root(name) || nodes.contains(name); }

    [[nodiscard]] bool is_directory(std::string const& name) const {
        auto const found = nodes.find(name);
        return is_root(name) || (found != nodes.end() && !found->second);
    }

    /// What every name below the directory `name` starts with.
    [[nodiscard]] static std::string prefix(std::string const& name) {
        if (name == ".") {
            return "";
        }
        return name == "/" ? "/" : name + "/";
    }

    /// Names directly in the directory, in order.
    [[nodiscard]] std::vector<std::string> children(std::string const& name) const {
        auto const start = prefix(name);
        std::vector<std::string> names;
        for (auto at = nodes.lower_bound(start); at != nodes.end() && at->first.starts_with(start); ++at) {
            auto const rest = at->first.substr(start.size());
            if (!rest.empty() && rest.find('/') == std::string::npos) {
                names.push_back(rest);
            }
        }
        return names;
    }

    /// Moves a file, or a directory with all below it, over whatever `to` names.
    void move(std::string const& from, std::string const& to) {
        auto moved = nodes.extract(from);
        if (!moved.mapped()) {
            auto const start = from + "/";
            for (auto at = nodes.lower_bound(start); at != nodes.end() && at->first.starts_with(start);) {
                auto inner = nodes.extract(at++);
                auto const name = to + "/" + inner.key().substr(start.size());
                nodes.insert_or_assign(name, std::move(inner.mapped()));
            }
        }
        nodes.insert_or_assign(to, std::move(moved.mapped()));
    }
};

} // namespace mkdb::file::detail
