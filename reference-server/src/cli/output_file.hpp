#pragma once

#include <mkdb/core/result.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace mkdb::cli {

/// Standard output, or a file that appears under its name only when it is complete.
class output_file {
public:
    /// An empty path or `-` is standard output. Errors: `errc::io`.
    [[nodiscard]] static result<output_file> open(std::string const& path);

    output_file(output_file&&) noexcept = default;
    /// What was not finished is thrown away.
    ~output_file();

    [[nodiscard]] result<> write(std::string_view text);

    /// Errors: what was written is not all there.
    [[nodiscard]] result<> finish();

private:
    struct close_file {
        void operator()(std::FILE* file) const;
    };

    output_file(std::FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
    [[nodiscard]] error failure() const;
    [[nodiscard]] std::string temporary() const { return path_ + ".new"; }

    std::unique_ptr<std::FILE, close_file> file_;
    std::string path_; // Empty: standard output.
};

} // namespace mkdb::cli
