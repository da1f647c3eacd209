# Writes OUTPUT, a header with one string_view for each of FILES: `panel.js` becomes `mkdb::server::assets::panel_js`.
# Bytes are written as numbers, since string literals have a limit and raw ones a delimiter.
set(body "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" identifier)
  file(READ "${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND body "inline constexpr char ${identifier}_bytes[] = {${bytes}'\\0'};\n"
                     "inline constexpr std::string_view ${identifier}(${identifier}_bytes, sizeof ${identifier}_bytes - 1);\n")
endforeach()
file(WRITE "${OUTPUT}" "#pragma once\n\n#include <string_view>\n\nnamespace mkdb::server::assets {\n${body}}\n")
