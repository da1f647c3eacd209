#include "pymkdb/source_directory.hpp"
#include "pymkdb/source_place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mkdb::pymkdb {
namespace {

/// The first file in `store` that PyMkDB wrote; empty: there is none, or MkDB has the directory already.
result<std::string> file_in(file::posix& files, std::filesystem::path const& store) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(store, ignored)) {
        return std::string();
    }
    MKDB_TRY_ASSIGN(auto names, files.list(store));
    std::ranges::sort(names);
    auto const name = store.filename().string();
    auto const found = std::ranges::find_if(
        names, [&](auto const& file) { return file == index_file(name) || segment_number(file, name) != 0; });
    bool const ours = std::ranges::find(names, "STORE") != names.end();
    return ours || found == names.end() ? std::string() : *found;
}

} // namespace

result<> check_not_source(file::posix& files, std::filesystem::path const& directory) {
    auto const stores = directory / "stores";
    MKDB_TRY_ASSIGN(bool const present, files.exists(stores));
    if (!present) {
        return {};
    }
    MKDB_TRY_ASSIGN(auto const names, files.list(stores));
    for (auto const& name : names) {
        MKDB_TRY_ASSIGN(auto const file, file_in(files, stores / name));
        if (!file.empty()) {
            return fail(errc::invalid_argument,
                        fmt::format("{} is a PyMkDB database ({} lies there): make a database of MkDB out of it with "
                                    "`mkdb migrate {} NEW`",
                                    directory.string(), (std::filesystem::path("stores") / name / file).string(),
                                    directory.string()));
        }
    }
    return {};
}

} // namespace mkdb::pymkdb
