#include "cli/terminal.hpp"

#include <fmt/core.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace mkdb::cli {
namespace {

struct close_file {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Hides what is typed while it lives.
class no_echo {
public:
    explicit no_echo(int descriptor) : descriptor_(descriptor) {
        if (::tcgetattr(descriptor_, &before_) == 0) {
            auto hidden = before_;
            hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed_ = ::tcsetattr(descriptor_, TCSAFLUSH, &hidden) == 0;
        }
    }
    ~no_echo() {
        if (changed_) {
            ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        }
    }
    no_echo(no_echo const&) = delete;
    no_echo& operator=(no_echo const&) = delete;

private:
    int descriptor_;
    termios before_{};
    bool changed_ = false;
};

std::string read_line(std::FILE* file) {
    std::string line;
    for (int c = std::fgetc(file); c != EOF && c != '\n'; c = std::fgetc(file)) {
        line += static_cast<char>(c);
    }
    return line;
}

} // namespace

bool is_terminal(std::FILE* stream) {
    return ::isatty(::fileno(stream)) == 1;
}

std::size_t terminal_width(std::FILE* stream) {
    winsize size{};
    return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::function<void(std::string_view)> terminal_writer(std::FILE* stream) {
    if (!is_terminal(stream)) {
        return {};
    }
    return [stream](std::string_view text) {
        fmt::print(stream, "{}", text);
        std::fflush(stream);
    };
}

std::optional<std::string> ask_secret(std::string_view question) {
    std::unique_ptr<std::FILE, close_file> const in(std::fopen("/dev/tty", "re"));
    std::unique_ptr<std::FILE, close_file> const out(std::fopen("/dev/tty", "we"));
    if (!in || !out) {
        return std::nullopt;
    }
    fmt::print(out.get(), "{}: ", question);
    std::fflush(out.get());
    no_echo const hidden(::fileno(in.get()));
    auto answer = read_line(in.get());
    fmt::print(out.get(), "\n");
    return answer;
}

std::optional<std::string> ask_new_secret(std::string_view question) {
    for (;;) {
        auto first = ask_secret(question);
        if (!first || first->empty()) {
            return first;
        }
        auto const second = ask_secret("The same again");
        if (!second || *second == *first) {
            return first;
        }
        fmt::print(stderr, "These were not the same.\n");
    }
}

result<std::string> read_secret_from_stdin() {
    std::string line;
    std::getline(std::cin, line);
    if (!line.empty() && line.back() == '\r') {
        line.pop_back();
    }
    if (line.empty()) {
        return fail(errc::invalid_argument, "standard input holds no password: its first line is the password");
    }
    return line;
}

std::optional<std::string> environment_variable(char const* name) {
    auto const* const value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

} // namespace mkdb::cli
