// A main stack of 12 KiB instead of 8: the tick's interrupt runs on it, too, on top of whatever the
// application was doing. Its lower third comes from the end of the heap. Included by a board's
// mpconfigboard.h; the addresses come from its mpconfigboard.cmake.
#define __StackBottom padlicht_stack_bottom
#define __GcHeapEnd padlicht_heap_end
