"""Pages of lists: for people and for the API. Cellar."""

from rest_framework.pagination import PageNumberPagination

PAGE_SIZE = 50


class ApiPages(PageNumberPagination):
    """50 rows a page, up to 200 when asked (`?page_size=`)."""

    page_size = PAGE_SIZE
    page_size_query_param = "page_size"
    max_page_size = 200
