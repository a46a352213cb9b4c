"""views of visits, one room per idea."""
