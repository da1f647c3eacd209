# xxHash as headers (XXH_INLINE_ALL): mkdb::xxhash.
find_path(MKDB_XXHASH_INCLUDE_DIR xxhash.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(mkdb-xxhash REQUIRED_VARS MKDB_XXHASH_INCLUDE_DIR)
if(mkdb-xxhash_FOUND AND NOT TARGET mkdb::xxhash)
  add_library(mkdb::xxhash INTERFACE IMPORTED)
  set_target_properties(mkdb::xxhash PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${MKDB_XXHASH_INCLUDE_DIR}")
endif()
