"""Pictures that clerks send: read in a child process, written again clean, kept in files of their own."""
