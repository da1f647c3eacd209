#pragma once

#include "crash_model.hpp"
#include "fault_plan.hpp"
#include "lent_scratch.hpp"

#include <mkdb/file/concept.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace mkdb::testing {

/// A file system in memory that fails where it is told to and knows what a power cut would leave. Copies share it.
///
/// A failed write leaves a part of its bytes; a failed sync loses what it should have kept, as Linux does, although
/// the bytes can still be read. Seeded: the same calls meet the same chance.
class fault_file_system {
    struct disk {
        explicit disk(std::uint64_t seed) : chance(seed) {}
        std::mutex mutex;
        file::memory view; ///< What programs see: everything, synced or not.
        crash_model behind;
        fault_plan plan;
        lent_scratch::figures scratch;
        std::mt19937_64 chance;
        std::function<void()> before_change; ///< Runs before every write, sync and resize of a segment.

        void pause() const {
            if (before_change) {
                before_change();
            }
        }
    };

public:
    class file {
    public:
        /// `lets_in`: whether others are let in between before a call, as they are while no lock is held.
        file(std::shared_ptr<disk> on, mkdb::file::memory::file view, crash_model::inode_ref node, std::string name,
             bool lets_in)
            : disk_(std::move(on)), view_(std::move(view)), node_(std::move(node)), name_(std::move(name)),
              lets_in_(lets_in) {}

        [[nodiscard]] result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> into) const {
            std::lock_guard const lock(disk_->mutex);
            if (auto failure = disk_->plan.meet_read(name_, offset, into.size())) {
                return *failure;
            }
            auto got = view_.read_at(offset, into);
            disk_->plan.spoil_read(into.first(got ? *got : 0));
            return got;
        }
        [[nodiscard]] result<std::uint64_t> size() const { return view_.size(); }

        [[nodiscard]] result<> write_at(std::uint64_t offset, std::span<std::byte const> from) {
            pause();
            std::lock_guard const lock(disk_->mutex);
            auto const failure = disk_->plan.meet("write");
            auto const taken = failure && !from.empty() ? from.first(disk_->chance() % from.size()) : from;
            MKDB_TRY(view_.write_at(offset, taken));
            node_->pending.push_back({offset, {taken.begin(), taken.end()}, {}});
            return failure ? result<>(*failure) : result<>();
        }
        [[nodiscard]] result<> sync() {
            pause();
            std::lock_guard const lock(disk_->mutex);
            if (auto failure = disk_->plan.meet("sync")) {
                node_->pending.clear();
                return *failure;
            }
            if (!disk_->plan.meet_lie()) {
                crash_model::sync(*node_);
            }
            return {};
        }
        [[nodiscard]] result<> resize(std::uint64_t size) {
            pause();
            std::lock_guard const lock(disk_->mutex);
            if (auto failure = disk_->plan.meet("resize")) {
                return *failure;
            }
            node_->pending.push_back({0, {}, size});
            return view_.resize(size);
        }
        [[nodiscard]] result<> preallocate(std::uint64_t /*length*/) {
            pause();
            std::lock_guard const lock(disk_->mutex);
            auto failure = disk_->plan.meet("preallocate");
            return failure ? result<>(*failure) : result<>();
        }
        [[nodiscard]] result<> close() { return view_.close(); }

    private:
        void pause() const {
            if (lets_in_) {
                disk_->pause();
            }
        }

        std::shared_ptr<disk> disk_;
        mkdb::file::memory::file view_;
        crash_model::inode_ref node_;
        std::string name_;
        bool lets_in_;
    };
    using lock_handle = mkdb::file::memory::lock_handle;

    explicit fault_file_system(std::uint64_t seed = 1) : disk_(std::make_shared<disk>(seed)) {}

    [[nodiscard]] fault_plan& plan() noexcept { return disk_->plan; }
    /// What indexes have on this disk; all of it goes with the power.
    [[nodiscard]] lent_scratch::figures& scratch_figures() noexcept { return disk_->scratch; }

    /// What else happens at this moment, on the same thread, whenever a call is about to change something.
    void before_each_change(std::function<void()> hook) { disk_->before_change = std::move(hook); }

    /// Rot: a byte changes by itself, behind the back of everybody. Returns what it was, or none beyond the file's end.
    std::optional<std::byte> rot(std::filesystem::path const& path, std::uint64_t offset, std::byte value) {
        std::lock_guard const lock(disk_->mutex);
        auto view = disk_->view.open(path, mkdb::file::open_mode::read_write).value();
        std::byte before{};
        if (view.read_at(offset, {&before, 1}).value() == 0) {
            return std::nullopt;
        }
        view.write_at(offset, {&value, 1}).value();
        auto& durable = disk_->behind.live(path.string())->durable;
        if (offset < durable.size()) {
            durable[offset] = value;
        }
        return before;
    }

    /// One tree that a power cut now may leave behind.
    [[nodiscard]] mkdb::file::memory after_power_cut(kept_bytes bytes, kept_names names, std::uint64_t seed) const {
        std::lock_guard const lock(disk_->mutex);
        std::mt19937_64 chance(seed);
        return disk_->behind.after_power_cut(bytes, names, chance);
    }

    /// A disk that holds what is in `tree`, all of it durable: the machine after the restart.
    [[nodiscard]] static fault_file_system holding(mkdb::file::memory tree, std::uint64_t seed) {
        fault_file_system made(seed);
        made.adopt(tree, "/");
        return made;
    }

    [[nodiscard]] result<file> open(std::filesystem::path const& path, mkdb::file::open_mode mode) {
        std::lock_guard const lock(disk_->mutex);
        bool const creates = mode == mkdb::file::open_mode::create_new;
        if (auto failure = creates ? disk_->plan.meet("create") : disk_->plan.meet_open(path.filename().string())) {
            return *failure;
        }
        MKDB_TRY_ASSIGN(auto view, disk_->view.open(path, mode));
        auto node = creates ? disk_->behind.create(path.string()) : disk_->behind.live(path.string());
        // Only while segments are written: manifests, and what heals a segment, are written while others wait for that,
        // and whoever was let in would wait for ever on this one thread.
        auto const name = path.filename().string();
        bool const lets_in = name.starts_with("segment-") && !name.ends_with(".new");
        return file(disk_, std::move(view), std::move(node), name, lets_in);
    }
    [[nodiscard]] result<bool> exists(std::filesystem::path const& path) const { return disk_->view.exists(path); }
    [[nodiscard]] result<std::vector<std::string>> list(std::filesystem::path const& path) const {
        return disk_->view.list(path);
    }

    [[nodiscard]] result<> create_directories(std::filesystem::path const& path) {
        std::lock_guard const lock(disk_->mutex);
        MKDB_TRY_ASSIGN(auto const present, disk_->view.exists(path));
        if (present) {
            return {};
        }
        if (auto failure = disk_->plan.meet("create_directories")) {
            return *failure;
        }
        for (auto at = path; at.has_relative_path(); at = at.parent_path()) {
            disk_->behind.make_directory(at.string());
        }
        return disk_->view.create_directories(path);
    }

    [[nodiscard]] result<> rename(std::filesystem::path const& from, std::filesystem::path const& to) {
        std::lock_guard const lock(disk_->mutex);
        if (auto failure = disk_->plan.meet("rename")) {
            return *failure;
        }
        MKDB_TRY(disk_->view.rename(from, to));
        disk_->behind.rename(from.string(), to.string());
        return {};
    }

    [[nodiscard]] result<> remove(std::filesystem::path const& path) {
        std::lock_guard const lock(disk_->mutex);
        if (auto failure = disk_->plan.meet("remove")) {
            return *failure;
        }
        MKDB_TRY(disk_->view.remove(path));
        disk_->behind.remove(path.string());
        return {};
    }

    [[nodiscard]] result<> sync_directory(std::filesystem::path const& path) {
        std::lock_guard const lock(disk_->mutex);
        if (auto failure = disk_->plan.meet("sync_directory")) {
            return *failure;
        }
        if (!disk_->plan.meet_lie()) {
            disk_->behind.sync_directory(path.string());
            disk_->plan.synced_directories.insert(path.string());
        }
        return disk_->view.sync_directory(path);
    }

    [[nodiscard]] result<std::unique_ptr<scratch_space>> scratch(std::filesystem::path const& /*directory*/) {
        return std::unique_ptr<scratch_space>(new lent_scratch(disk_->scratch));
    }
    [[nodiscard]] result<lock_handle> lock(std::filesystem::path const& path) { return disk_->view.lock(path); }
    [[nodiscard]] result<std::uint64_t> free_bytes(std::filesystem::path const& path) const {
        return disk_->view.free_bytes(path);
    }

private:
    void adopt(mkdb::file::memory& from, std::filesystem::path const& directory) {
        for (auto const& name : from.list(directory).value()) {
            auto const path = directory / name;
            if (auto source = from.open(path, mkdb::file::open_mode::read_only)) {
                std::vector<std::byte> bytes(source->size().value());
                source->read_at(0, bytes).value();
                auto made = disk_->view.open(path, mkdb::file::open_mode::create_new).value();
                made.write_at(0, bytes).value();
                disk_->behind.create(path.string())->durable = bytes;
            } else {
                disk_->view.create_directories(path).value();
                disk_->behind.make_directory(path.string());
                adopt(from, path);
            }
        }
        disk_->behind.sync_directory(directory.string());
    }

    std::shared_ptr<disk> disk_;
};

static_assert(mkdb::file::scratch_file_system<fault_file_system>);

} // namespace mkdb::testing
