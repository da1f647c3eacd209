# Intel's ISA-L, which ships no CMake package of its own: mkdb::libisal.
find_path(MKDB_ISAL_INCLUDE_DIR isa-l/erasure_code.h)
find_library(MKDB_ISAL_LIBRARY isal)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(mkdb-isal REQUIRED_VARS MKDB_ISAL_LIBRARY MKDB_ISAL_INCLUDE_DIR)
if(mkdb-isal_FOUND AND NOT TARGET mkdb::libisal)
  add_library(mkdb::libisal UNKNOWN IMPORTED)
  set_target_properties(mkdb::libisal PROPERTIES IMPORTED_LOCATION "${MKDB_ISAL_LIBRARY}"
                                                 INTERFACE_INCLUDE_DIRECTORIES "${MKDB_ISAL_INCLUDE_DIR}")
endif()
