"""Forms of visits, one room per idea. They validate; they never save."""
