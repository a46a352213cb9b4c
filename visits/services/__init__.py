"""services of visits, one room per idea."""
