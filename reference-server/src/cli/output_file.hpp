#pragma once

#include <mkdb/core/result.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mkdb::cli {

/// Standard output, or a file that appears under its name only when it is complete. What is no file, as a pipe or a
/// device, is written to as it is.
class output_file {
public:
    /// An empty path or `-` is standard output. Behind a link its target is meant. Errors: `errc::io`.
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

    explicit output_file(std::string path) : path_(std::move(path)) {}
    [[nodiscard]] error failure() const;
    [[nodiscard]] std::filesystem::path temporary() const { return target_.string() + ".new"; }

    std::unique_ptr<std::FILE, close_file> file_;
    std::string path_;             // As it was given; empty: standard output.
    std::filesystem::path target_; // What appears at the end; empty: it is written to as it is.
};

} // namespace mkdb::cli
