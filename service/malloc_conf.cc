// jemalloc's settings, which it reads from this symbol before main() runs (jemalloc(3), TUNING).
// Calls' memory is taken by one thread and given up by another, which makes glibc's malloc wait for
// its own locks: a call costs a tenth less CPU with jemalloc. Two arenas for the two kinds of
// threads that do most, and what is free goes back to the system within a moment, also where the
// process is idle, so that what a burst took does not count against --max_memory_mib. MALLOC_CONF
// in the environment comes before this.
extern "C" const char* malloc_conf;
const char* malloc_conf =
    "narenas:2,dirty_decay_ms:100,muzzy_decay_ms:0,background_thread:true,max_background_threads:1";
