#include "cli/output_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace mkdb::cli {

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
        return output_file(stdout, {});
    }
    output_file opened(nullptr, path);
    opened.file_.reset(std::fopen(opened.temporary().c_str(), "we"));
    if (!opened.file_) {
        auto why = opened.failure();
        opened.path_.clear();
        return why;
    }
    return opened;
}

output_file::~output_file() {
    if (file_ && !path_.empty()) {
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
    if (path_.empty()) {
        return {};
    }
    if (::fsync(::fileno(file_.get())) != 0 || std::rename(temporary().c_str(), path_.c_str()) != 0) {
        return failure();
    }
    file_.reset();
    return {};
}

} // namespace mkdb::cli
