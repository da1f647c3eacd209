#include "cli/output_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace mkdb::cli {
namespace {

/// Links that lead in a circle end here.
constexpr int most_links = 40;

/// The file that a new one is to take the place of. A link may lead to one that is not there yet.
std::filesystem::path behind_links(std::filesystem::path path) {
    std::error_code ignored;
    for (int links = 0; links < most_links && std::filesystem::is_symlink(path, ignored); ++links) {
        path = path.parent_path() / std::filesystem::read_symlink(path, ignored);
    }
    return path;
}

/// A pipe or a device would be gone if a file took its place; of a directory, opening it says what it is.
bool is_written_directly(std::filesystem::path const& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
}

} // namespace

void output_file::close_file::operator()(std::FILE* file) const {
    if (file != stdout) {
        std::fclose(file);
    }
}

error output_file::failure() const {
    return fail(errc::io,
                fmt::format("cannot write {}: {}", path_.empty() ? "standard output" : path_, std::strerror(errno)));
}

result<output_file> output_file::open(std::string const& path) {
    if (path.empty() || path == "-") {
        output_file standard({});
        standard.file_.reset(stdout);
        return standard;
    }
    output_file opened(path);
    if (!is_written_directly(path)) {
        opened.target_ = behind_links(path);
    }
    opened.file_.reset(std::fopen(opened.target_.empty() ? path.c_str() : opened.temporary().c_str(), "we"));
    if (!opened.file_) {
        return opened.failure();
    }
    return opened;
}

output_file::~output_file() {
    if (file_ && !target_.empty()) {
        std::remove(temporary().c_str());
    }
}

result<> output_file::write(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size() ? result<>() : result<>(failure());
}

result<> output_file::finish() {
    if (std::fflush(file_.get()) != 0) {
        return failure();
    }
    if (target_.empty()) {
        return {};
    }
    if (::fsync(::fileno(file_.get())) != 0 || std::rename(temporary().c_str(), target_.c_str()) != 0) {
        return failure();
    }
    file_.reset();
    return {};
}

} // namespace mkdb::cli
