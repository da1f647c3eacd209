#pragma once

#include "pymkdb/plan.hpp"

#include <mkdb/core/result.hpp>
#include <mkdb/file/posix.hpp>

#include <boost/json/object.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace mkdb::pymkdb {

/// A store of a PyMkDB directory. It is only read.
class source_store {
public:
    /// `directory` is the store's, below `stores/`; its files are called after `name`.
    source_store(std::filesystem::path directory, std::string name)
        : directory_(std::move(directory)), name_(std::move(name)) {}

    /// Reads index and log and decides what is to be read. `on_read(bytes)` hears of every line and may end the scan
    /// with an error. Errors: `errc::io`.
    [[nodiscard]] result<migration_plan> survey(plan_options options,
                                                std::function<result<>(std::uint64_t)> const& on_read);

    /// The fields of one version. Errors: `errc::corrupt_file` when it is not there, or of another record;
    /// `errc::limit_exceeded`, `errc::invalid_argument` for what no record of MkDB can be; `errc::io`.
    [[nodiscard]] result<boost::json::object> read(source_record const& record);

    /// Errors: `errc::corrupt_file` when index or log have another size than `survey` found: somebody writes to them.
    [[nodiscard]] result<> check_unchanged();

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    /// Bytes of index and log together. Errors: `errc::io`.
    [[nodiscard]] result<std::uint64_t> size();

private:
    using file_type = file::posix::file;

    [[nodiscard]] result<std::vector<std::string>> log_files();
    [[nodiscard]] result<> scan_index(sightings& into, std::function<result<>(std::uint64_t)> const& on_read);
    [[nodiscard]] result<> find_blobs(sightings& into);
    [[nodiscard]] result<> scan_segment(std::string const& file, sightings& into,
                                        std::function<result<>(std::uint64_t)> const& on_read);
    [[nodiscard]] result<std::string> read_text(source_place const& where);
    [[nodiscard]] result<std::uint64_t> size_of(std::string const& file);
    /// One file at a time is open: a store may have more segments than a process may have descriptors.
    [[nodiscard]] result<file_type*> opened(std::string const& file);

    std::filesystem::path directory_;
    std::string name_;
    file::posix files_;
    std::string open_name_;
    std::optional<file_type> open_;
    std::map<std::string, std::uint64_t> sizes_; ///< As `survey` found them.
};

} // namespace mkdb::pymkdb
