#pragma once

#include <mkdb/file/concept.hpp>
#include <mkdb/file/memory.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace mkdb::testing {

/// A file system in memory with so much room and no more, counted in blocks of 4 KiB as most disks do. Copies share it.
class small_disk {
    /// What a file takes: the larger of its size and what was reserved for it.
    struct taken {
        std::uint64_t size = 0;
        std::uint64_t reserved = 0;
        [[nodiscard]] std::uint64_t bytes() const noexcept { return std::max(size, reserved); }
    };
    struct disk {
        std::mutex mutex;
        std::uint64_t capacity = 0;
        std::uint64_t used = 0;
        mkdb::file::memory view;
        std::map<std::string, std::shared_ptr<taken>> files;
    };

    [[nodiscard]] static constexpr std::uint64_t in_blocks(std::uint64_t bytes) noexcept {
        return (bytes + 4095) / 4096 * 4096;
    }

    /// Under the lock. Errors: `no_space`; then nothing changed.
    [[nodiscard]] static result<> take(disk& on, taken& by, taken wanted) {
        auto const now = in_blocks(by.bytes());
        auto const then = in_blocks(wanted.bytes());
        if (then > now && on.used + (then - now) > on.capacity) {
            return fail(errc::no_space, "no space left on device");
        }
        on.used = on.used - now + then;
        by = wanted;
        return {};
    }

    static void give_back(disk& on, taken& by) {
        on.used -= in_blocks(by.bytes());
        by = {};
    }

public:
    class file {
    public:
        file(std::shared_ptr<disk> on, mkdb::file::memory::file view, std::shared_ptr<taken> room)
            : disk_(std::move(on)), view_(std::move(view)), room_(std::move(room)) {}

        [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
            return view_.read_at(offset, into);
        }
        [[nodiscard]] result<std::uint64_t> size() const { return view_.size(); }
        [[nodiscard]] result<> write_at(std::uint64_t offset, std::span<std::byte const> from) {
            {
                std::lock_guard const lock(disk_->mutex);
                MKDB_TRY(take(*disk_, *room_, {std::max(room_->size, offset + from.size()), room_->reserved}));
            }
            return view_.write_at(offset, from);
        }
        [[nodiscard]] result<> sync() { return view_.sync(); }
        [[nodiscard]] result<> resize(std::uint64_t size) {
            std::lock_guard const lock(disk_->mutex);
            MKDB_TRY(take(*disk_, *room_, {size, 0}));
            return view_.resize(size);
        }
        [[nodiscard]] result<> preallocate(std::uint64_t length) {
            std::lock_guard const lock(disk_->mutex);
            return take(*disk_, *room_, {room_->size, std::max(room_->reserved, length)});
        }
        [[nodiscard]] result<> close() { return view_.close(); }

    private:
        std::shared_ptr<disk> disk_;
        mkdb::file::memory::file view_;
        std::shared_ptr<taken> room_;
    };
    using lock_handle = mkdb::file::memory::lock_handle;

    explicit small_disk(std::uint64_t capacity = 16 << 20) : disk_(std::make_shared<disk>()) {
        disk_->capacity = capacity;
    }

    [[nodiscard]] result<file> open(std::filesystem::path const& path, mkdb::file::open_mode mode) {
        std::lock_guard const lock(disk_->mutex);
        MKDB_TRY_ASSIGN(auto view, disk_->view.open(path, mode));
        auto& room = disk_->files[path.string()];
        room = room && mode != mkdb::file::open_mode::create_new ? room : std::make_shared<taken>();
        return file(disk_, std::move(view), room);
    }
    [[nodiscard]] result<bool> exists(std::filesystem::path const& path) const { return disk_->view.exists(path); }
    [[nodiscard]] result<std::vector<std::string>> list(std::filesystem::path const& path) const {
        return disk_->view.list(path);
    }
    [[nodiscard]] result<> create_directories(std::filesystem::path const& path) {
        return disk_->view.create_directories(path);
    }
    [[nodiscard]] result<> rename(std::filesystem::path const& from, std::filesystem::path const& to) {
        std::lock_guard const lock(disk_->mutex);
        MKDB_TRY(disk_->view.rename(from, to));
        if (auto const replaced = disk_->files.find(to.string()); replaced != disk_->files.end()) {
            give_back(*disk_, *replaced->second);
        }
        disk_->files[to.string()] = disk_->files[from.string()];
        disk_->files.erase(from.string());
        return {};
    }
    [[nodiscard]] result<> remove(std::filesystem::path const& path) {
        std::lock_guard const lock(disk_->mutex);
        MKDB_TRY(disk_->view.remove(path));
        if (auto const gone = disk_->files.find(path.string()); gone != disk_->files.end()) {
            give_back(*disk_, *gone->second);
            disk_->files.erase(gone);
        }
        return {};
    }
    [[nodiscard]] result<> sync_directory(std::filesystem::path const& path) {
        return disk_->view.sync_directory(path);
    }
    [[nodiscard]] result<lock_handle> lock(std::filesystem::path const& path) { return disk_->view.lock(path); }
    [[nodiscard]] result<std::uint64_t> free_bytes(std::filesystem::path const& /*path*/) const {
        std::lock_guard const lock(disk_->mutex);
        return disk_->capacity - disk_->used;
    }

private:
    std::shared_ptr<disk> disk_;
};

static_assert(mkdb::file::file_system<small_disk>);

} // namespace mkdb::testing
