#pragma once

#include <mkdb/core/out_of_memory.hpp>
#include <mkdb/core/result.hpp>
#include <mkdb/core/scope_exit.hpp>
#include <mkdb/engine/background_timer.hpp>
#include <mkdb/policies.hpp>
#include <mkdb/store/archive.hpp>
#include <mkdb/store/backup.hpp>
#include <mkdb/store/database_layout.hpp>
#include <mkdb/store/directory_kind.hpp>
#include <mkdb/store/name.hpp>
#include <mkdb/store/space_reserve.hpp>
#include <mkdb/store/store.hpp>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/map.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace mkdb {

/// Something that an operator should see.
struct event {
    enum class severity { info, warning, error, recovery };

    severity level = severity::info;
    std::string source; ///< The store, or "database".
    std::string message;
};

struct database_options {
    /// Carries the commits of asynchronous calls; without one they run in the calling thread. It must run every task
    /// that it was given before the database is destroyed.
    std::function<void(std::function<void()>)> executor{};
    std::function<void(event const&)> on_event{};
    /// Further directories, mostly other disks, over which the partitions of new stores are spread. Stores find theirs
    /// by the file NODE in it, so that a disk may be mounted elsewhere another time.
    std::vector<std::filesystem::path> storage_nodes{};
    /// Kept free on the disk of the database and on that of each storage node that is used, at most an eighth of what
    /// is free there, so that deletions, compaction and closing work when it is full. 0: nothing is kept.
    std::uint64_t reserve_bytes = 0;
    /// Whether a background thread flushes stores of durability `interval` and `buffered` when their time has come.
    bool background_flush = true;
    /// Runs upkeep (flushes, compaction) in place of that thread; then `background_flush` means nothing. It runs no
    /// task while the database is destroyed; what it still has afterwards it may run or drop.
    std::shared_ptr<engine::timer> upkeep{};
    /// How many partitions of a store are opened side by side; 0: one a hardware thread.
    std::size_t opening_threads = 0;
    /// Told from time to time how far the opening of a store has come, from its threads, by one at a time.
    std::function<void(opening_progress const&)> on_progress{};
};

/// Policies whose logs can be frozen, so that a backup can be made of them.
template <class Policies>
concept freezable_policies = storage::freezable_backend < typename basic_store<Policies>::types::backend_type,
typename Policies::file::file > ;

/// A directory of stores that one process owns.
///
/// Thread safety: safe from any thread.
template <class Policies>
class basic_database : private checked_policies<Policies> {
public:
    using policies = Policies;
    using store = basic_store<Policies>;
    using environment_type = typename store::environment_type;
    using storage_options = typename store::storage_options;

    /// Opens the database in `directory`, which is made when it is missing, and locks it. Stores are opened one by one.
    ///
    /// Errors: `invalid_argument` for a backup; `locked` when another process has it; `io`, `no_space`.
    [[nodiscard]] static result<std::unique_ptr<basic_database>>
    open(std::filesystem::path directory, database_options options = {}, environment_type environment = {});

    basic_database(basic_database const&) = delete;
    basic_database& operator=(basic_database const&) = delete;

    /// Closes what is still open. A failure goes to `on_event`; call `close` to handle it.
    ~basic_database();

    /// Makes and opens a store. Where the logs of one are that lost its identity, it goes on with them, when they are
    /// as many as are asked for. Errors: `store_exists`, `invalid_argument`, `unsupported`, `corrupt_file` when they
    /// are not, `io`, `no_space`.
    [[nodiscard]] result<std::shared_ptr<store>> create_store(std::string const& name, store_options options = {},
                                                              storage_options storage = {});

    /// Opens a store that is on disk, or returns it when it is open; then `options` are not looked at.
    /// Errors: `store_not_found`, `format_unknown`, `format_newer`, `corrupt_file`, `unsupported`, `io`.
    [[nodiscard]] result<std::shared_ptr<store>> open_store(std::string const& name, store_options options = {},
                                                            storage_options storage = {});

    /// The open store of this name, or null.
    [[nodiscard]] std::shared_ptr<store> find_store(std::string_view name) const {
        std::shared_lock const lock(mutex_);
        auto const found = stores_.find(name);
        return found == stores_.end() ? nullptr : found->second;
    }

    /// Names of the open stores, sorted.
    [[nodiscard]] std::vector<std::string> store_names() const {
        std::shared_lock const lock(mutex_);
        return stores_ | ranges::views::keys | ranges::to<std::vector>();
    }

    /// Names of the stores on disk, open or not, sorted. Errors: `io`.
    [[nodiscard]] result<std::vector<std::string>> stored_names() { return layout_.stored_names(); }

    /// Stores on disk that lost what says how many partitions they have, and so are none of `stored_names`. The opening
    /// of the database reports them to `on_event`. Errors: `io`.
    [[nodiscard]] result<std::vector<lost_store>> stores_without_identity() {
        return layout_.stores_without_identity();
    }

    /// Changes `database_options::storage_nodes`: for stores that are made from now on, and for finding those on disk.
    /// Those that are missing are reported to `on_event`.
    void use_storage_nodes(std::vector<std::filesystem::path> directories);

    /// Closes a store and moves its directory to `stores/__archived__`; nothing is deleted, and every archive of a name
    /// is kept; what lies on storage nodes stays there. Until it is moved the store is found, and refuses changes as
    /// soon as it is closed; other stores are not waited for. Returns the archive's directory name. Errors:
    /// `store_not_found`, `io`.
    [[nodiscard]] result<std::string> archive_store(std::string const& name);

    /// Adds a generation to the directory of backups `directory`, while reads and writes go on: every store as it was
    /// at one moment of each of its partitions. Segments that an earlier generation has are not copied again.
    ///
    /// Errors: `locked` while another backup runs there; `invalid_argument` for a directory where the database keeps
    /// files of its own, and for a store on disk that is neither open nor left out; `corrupt_file` for one without
    /// identity that is not left out, and when a segment is damaged; `read_only`, `closed` of a store; `io`,
    /// `no_space`; what `on_progress` gives. Then there is no new generation, and all earlier ones are as they were.
    /// Complexity: reads and writes the segments that no earlier generation has. Writes to a partition wait while its
    /// segment in use is sealed.
    [[nodiscard]] result<backup_report>
    backup(std::filesystem::path const& directory,
           backup_options const& options = {}) requires freezable_policies<Policies>;

    /// Closes every store and gives the directory free. Errors: the first that a store gives; all are closed anyway.
    [[nodiscard]] result<> close();

    [[nodiscard]] std::filesystem::path const& directory() const noexcept { return layout_.directory(); }
    [[nodiscard]] environment_type& environment() noexcept { return environment_; }

private:
    basic_database(std::filesystem::path directory, database_options options, environment_type environment)
        : options_(std::move(options)), environment_(std::move(environment)),
          layout_(environment_, std::move(directory), options_.storage_nodes), upkeep_(make_upkeep()) {}

    [[nodiscard]] std::shared_ptr<engine::timer> make_upkeep() {
        if (options_.upkeep || !options_.background_flush) {
            return options_.upkeep;
        }
        return std::make_shared<engine::background_timer>([this] {
            report(event::severity::warning, "database", "there was no memory for upkeep, which is tried again");
        });
    }

    [[nodiscard]] result<> take_ownership() {
        MKDB_TRY(refuse_backup(environment_.files, directory()));
        MKDB_TRY(environment_.files.create_directories(layout_.stores()));
        MKDB_TRY(environment_.files.sync_directory(directory()));
        MKDB_TRY_ASSIGN(auto lock, environment_.files.lock(directory() / "LOCK"));
        lock_ = std::make_unique<lock_handle>(std::move(lock));
        return {};
    }

    [[nodiscard]] result<> check_all_open(std::set<std::string> const& leave_out) {
        MKDB_TRY_ASSIGN(auto const stored, stored_names());
        for (auto const& name : stored) {
            if (!leave_out.contains(name) && find_store(name) == nullptr) {
                return fail(errc::invalid_argument, "Store '" + name + "' is not open: open it first, or leave it out");
            }
        }
        MKDB_TRY_ASSIGN(auto const lost, stores_without_identity());
        for (auto const& each : lost) {
            if (!leave_out.contains(each.name)) {
                return fail(errc::corrupt_file, "Store '" + each.name + "' cannot be backed up: " + each.problem);
            }
        }
        return {};
    }

    void report_lost_stores();
    void report_absent_nodes();

    [[nodiscard]] std::size_t opening_threads() const {
        return options_.opening_threads > 0 ? options_.opening_threads
                                            : std::max(std::thread::hardware_concurrency(), 1U);
    }

    [[nodiscard]] static std::uint32_t default_partitions() {
        return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    }

    [[nodiscard]] static result<> check_partitions(std::uint32_t wanted) {
        if (wanted > limits::partitions) {
            return fail(errc::invalid_argument,
                        "A store has at most " + std::to_string(limits::partitions) + " partitions");
        }
        return {};
    }

    [[nodiscard]] result<std::shared_ptr<store>> open_locked(std::string const& name, store_identity const& identity,
                                                             bool was_open_before, store_options options,
                                                             storage_options storage) {
        MKDB_TRY_ASSIGN(auto const places, layout_.partitions(name, identity));
        if (was_open_before) {
            MKDB_TRY(layout_.check_logs(name, places, storage));
        }
        std::vector<partition_opening> partitions;
        for (auto const& each : places) {
            MKDB_TRY_ASSIGN(auto disk, reserve_on(each.disk));
            partitions.push_back({each.directory, std::move(disk)});
        }
        MKDB_TRY(environment_.files.create_directories(layout_.store(name)));
        MKDB_TRY_ASSIGN(
            auto opened,
            store::open({
                .name = name,
                .partitions = std::move(partitions),
                .was_open_before = was_open_before,
                .options = std::move(options),
                .storage = std::move(storage),
                .environment = &environment_,
                .executor = options_.executor,
                .upkeep = upkeep_.get(),
                .on_failure =
                    [this, name](error const& why) {
                        report(event::severity::error, name, "The store is read-only from now on: " + why.message);
                    },
                .on_recovery = [this, name](std::string const& note) { report(event::severity::recovery, name, note); },
                .threads = opening_threads(),
                .on_progress = options_.on_progress,
                .on_notice = [this, name](std::string const& note) { report(event::severity::warning, name, note); },
            }));
        report_recovery(*opened);
        stores_.emplace(name, opened);
        return opened;
    }

    /// Made for the first store that lies on a disk. Errors: `io`.
    [[nodiscard]] result<std::shared_ptr<engine::space_gate>> reserve_on(std::filesystem::path const& disk) {
        if (options_.reserve_bytes == 0) {
            return std::shared_ptr<engine::space_gate>{};
        }
        auto& reserve = reserves_[disk];
        if (!reserve) {
            auto made = std::make_shared<reserve_type>(
                environment_.files, disk, options_.reserve_bytes,
                [this](std::string const& note) { report(event::severity::warning, "database", note); });
            MKDB_TRY(made->open());
            reserve = std::move(made);
        }
        return std::shared_ptr<engine::space_gate>(reserve);
    }

    void report_recovery(store const& opened) const {
        for (std::size_t number = 0; number < opened.recovery().size(); ++number) {
            for (auto const& note : opened.recovery()[number].notes) {
                report(event::severity::recovery, opened.name(), "partition " + std::to_string(number) + ": " + note);
            }
        }
    }

    void report(event::severity level, std::string source, std::string message) const {
        if (options_.on_event) {
            options_.on_event({level, std::move(source), std::move(message)});
        }
    }

    using lock_handle = typename Policies::file::lock_handle;
    using reserve_type = space_reserve<typename Policies::file>;

    database_options options_;
    environment_type environment_;
    database_layout<Policies, environment_type> layout_;
    std::unique_ptr<lock_handle> lock_;
    std::map<std::filesystem::path, std::shared_ptr<reserve_type>> reserves_; ///< By the directory they lie in.
    std::mutex archiving_; ///< Before `mutex_`: the directory is given free when no store in it is being closed.
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::shared_ptr<store>, std::less<>> stores_;
    /// Last: its thread stops before what its tasks use goes.
    std::shared_ptr<engine::timer> upkeep_;
};

} // namespace mkdb

#include <mkdb/store/database_members.hpp>
