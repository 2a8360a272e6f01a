# SPDX-License-Identifier: MIT
# A layer is a folder, a static library and one include directory that holds nothing but a link to
# the folder. A file can therefore include "base/err.h" only if its layer links kith_base, directly
# or through another layer: an upward include stops with "No such file". tests/layers proves it.
function(kith_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
  set(view ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${view})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${view}/${name} SYMBOLIC)
  if(sources)
    add_library(kith_${name} STATIC ${sources})
    target_include_directories(kith_${name} PUBLIC ${view})
    target_link_libraries(kith_${name} PUBLIC ${ARG_DEPENDS})
  else()
    add_library(kith_${name} INTERFACE)
    target_include_directories(kith_${name} INTERFACE ${view})
    target_link_libraries(kith_${name} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()
