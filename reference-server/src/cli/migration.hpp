#pragma once

#include "cli/migrate_command.hpp"
#include "cli/migration_report.hpp"
#include "cli/progress_bar.hpp"
#include "cli/write_window.hpp"
#include "pymkdb/source_store.hpp"
#include "server_policies.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mkdb::cli {

/// One migration on its way: reads, writes, and reads again what it wrote.
class migration {
public:
    /// `directory` is where the database is made. Everything that is found goes to `report`.
    migration(migrate_options const& options, boost::json::object config, std::filesystem::path directory,
              migration_report& report);
    ~migration();
    migration(migration const&) = delete;
    migration& operator=(migration const&) = delete;

    /// Errors: those of the files; `errc::corrupt_file` when the source changed meanwhile, or what was written is not
    /// what was read; `errc::cancelled`.
    [[nodiscard]] result<> run();

    /// The source's, without the stores that could not be made.
    [[nodiscard]] boost::json::object const& config() const noexcept { return config_; }

private:
    struct one_store {
        std::string name; ///< Its key in config.json.
        pymkdb::source_store source;
        std::vector<pymkdb::source_record> records;
        std::vector<char> stored; ///< By record: whether the database took it.
        std::size_t entry = 0;    ///< In the report.
    };

    [[nodiscard]] result<> survey_stores();
    [[nodiscard]] result<> survey(std::string const& name);
    [[nodiscard]] result<std::string> folder_of(std::string const& name);
    [[nodiscard]] result<> tell_strangers();
    [[nodiscard]] result<> write_stores();
    [[nodiscard]] result<> write(one_store& store);
    [[nodiscard]] result<> verify_stores();
    [[nodiscard]] result<> verify(one_store& store);
    [[nodiscard]] result<> compare(one_store& store, std::size_t at, server::server_store const& with);
    void refuse(one_store const& store, std::size_t at, error const& why);
    [[nodiscard]] result<> open_database();
    [[nodiscard]] result<> close_database();
    [[nodiscard]] result<> advance(std::uint64_t done, std::uint64_t records);
    void begin_phase(std::uint64_t total);

    migrate_options const& options_;
    boost::json::object config_;
    std::filesystem::path directory_;
    migration_report& report_;
    std::vector<std::unique_ptr<one_store>> stores_;
    std::set<std::string> folders_; // That are stores.
    std::unique_ptr<progress_bar<>> bar_;
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t counted_ = 0;
    boost::asio::thread_pool pool_{2};
    std::unique_ptr<server::server_database> database_;
    write_window window_;
};

} // namespace mkdb::cli
