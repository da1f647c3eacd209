#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/file/detail/memory_file.hpp>

#include <limits>

namespace mkdb::file {

/// A whole tree of files in memory: for tests, and for databases that should leave nothing behind.
/// Copies share the tree, so that a database can be closed and opened again.
class memory {
public:
    using file = detail::memory_file;

    /// Gives the lock back when it goes.
    class lock_handle {
    public:
        lock_handle(std::shared_ptr<detail::memory_tree> tree, std::string name)
            : tree_(std::move(tree)), name_(std::move(name)) {}
        lock_handle(lock_handle&&) = default;
        lock_handle& operator=(lock_handle&& other) noexcept {
            std::swap(tree_, other.tree_);
            std::swap(name_, other.name_);
            return *this;
        }
        ~lock_handle() {
            if (tree_) {
                std::lock_guard const lock(tree_->mutex);
                tree_->locked.erase(name_);
            }
        }

    private:
        std::shared_ptr<detail::memory_tree> tree_;
        std::string name_;
    };

    [[nodiscard]] result<file> open(std::filesystem::path const& path, open_mode mode) {
        auto const name = tree::key(path);
        std::lock_guard const lock(tree_->mutex);
        if (mode == open_mode::create_new) {
            if (!tree_->is_directory(tree::parent_key(name))) {
                return refuse("create", path, "no such directory");
            }
            if (tree_->has(name)) {
                return refuse("create", path, "it exists");
            }
            tree_->nodes[name] = std::make_shared<detail::memory_content>();
        }
        auto const found = tree_->nodes.find(name);
        if (found == tree_->nodes.end() || !found->second) {
            return refuse("open", path, tree_->has(name) ? "it is a directory" : "no such file");
        }
        return file(found->second, path.string(), mode != open_mode::read_only);
    }

    [[nodiscard]] result<bool> exists(std::filesystem::path const& path) const {
        std::lock_guard const lock(tree_->mutex);
        return tree_->has(tree::key(path));
    }

    [[nodiscard]] result<std::vector<std::string>> list(std::filesystem::path const& path) const {
        auto const name = tree::key(path);
        std::lock_guard const lock(tree_->mutex);
        if (!tree_->is_directory(name)) {
            return refuse("list directory", path, "no such directory");
        }
        return tree_->children(name);
    }

    [[nodiscard]] result<> create_directories(std::filesystem::path const& path) {
        std::lock_guard const lock(tree_->mutex);
        for (auto name = tree::key(path); !tree_->is_directory(name); name = tree::parent_key(name)) {
            if (tree_->has(name)) {
                return refuse("create directory", path, "a file is in the way");
            }
            tree_->nodes[name] = nullptr;
        }
        return {};
    }

    [[nodiscard]] result<> rename(std::filesystem::path const& from, std::filesystem::path const& to) {
        auto const source = tree::key(from);
        auto const target = tree::key(to);
        std::lock_guard const lock(tree_->mutex);
        if (!tree_->nodes.contains(source) || !tree_->is_directory(tree::parent_key(target))) {
            return refuse("rename to " + target + " the file", from, "no such file or directory");
        }
        if (tree_->has(target) &&
            (tree_->is_directory(target) != tree_->is_directory(source) || !tree_->children(target).empty())) {
            return refuse("rename to " + target + " the file", from, "the target is in the way");
        }
        if (source != target) {
            tree_->move(source, target);
        }
        return {};
    }

    [[nodiscard]] result<> remove(std::filesystem::path const& path) {
        auto const name = tree::key(path);
        std::lock_guard const lock(tree_->mutex);
        if (!tree_->nodes.contains(name)) {
            return refuse("remove", path, "no such file or directory");
        }
        if (!tree_->children(name).empty()) {
            return refuse("remove", path, "the directory is not empty");
        }
        tree_->nodes.erase(name);
        return {};
    }

    [[nodiscard]] result<> sync_directory(std::filesystem::path const& path) {
        std::lock_guard const lock(tree_->mutex);
        if (!tree_->is_directory(tree::key(path))) {
            return refuse("sync directory", path, "no such directory");
        }
        return {};
    }

    [[nodiscard]] result<lock_handle> lock(std::filesystem::path const& path) {
        auto const name = tree::key(path);
        std::lock_guard const guard(tree_->mutex);
        if (!tree_->is_directory(tree::parent_key(name))) {
            return refuse("open lock file", path, "no such directory");
        }
        if (!tree_->locked.insert(name).second) {
            return fail(errc::locked, name + " is locked by this process");
        }
        tree_->nodes.try_emplace(name, std::make_shared<detail::memory_content>());
        return lock_handle(tree_, name);
    }

    [[nodiscard]] result<std::uint64_t> free_bytes(std::filesystem::path const& /*path*/) const {
        return std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    }

private:
    using tree = detail::memory_tree;

    [[nodiscard]] static error refuse(std::string const& action, std::filesystem::path const& path,
                                      std::string const& reason) {
        return fail(errc::io, "cannot " + action + " " + path.string() + ": " + reason);
    }

    std::shared_ptr<tree> tree_ = std::make_shared<tree>();
};

static_assert(file_system<memory>);

} // namespace mkdb::file
